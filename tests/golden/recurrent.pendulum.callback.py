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
        for i in reversed(range(len(angles))):
            d_speed = d_speed + dt * d_angle
            d_dt += np.vdot(d_angle, speeds[i]) - np.vdot(d_speed, sin_angles[i])
            d_angle = d_angle - dt * d_speed * np.cos(angles[i])
        return d_angle, d_speed, d_dt

    return angle, backprop
