import numpy as np


def pendulum(angle, speed, steps=20, dt=0.05):
    """Where a pendulum is after some steps."""
    angles = []
    sin_angles = []
    speeds = []
    for _ in range(steps):
        angles.append(angle)
        sin_angle = np.sin(angle)
        speed = speed - dt * sin_angle
        angle = angle + dt * speed
        sin_angles.append(sin_angle)
        speeds.append(speed)

    def backprop(d_angle):
        d_speed = np.zeros_like(speed)
        d_dt = 0.0
        for angle_t, sin_angle, speed_t in zip(
            reversed(angles), reversed(sin_angles), reversed(speeds)
        ):
            d_speed_2 = d_speed + dt * d_angle
            d_dt += np.vdot(d_angle, speed_t) - np.vdot(d_speed_2, sin_angle)
            d_angle = d_angle - dt * d_speed_2 * np.cos(angle_t)
            d_speed = d_speed_2
        return d_angle, d_speed, d_dt

    return angle, backprop
