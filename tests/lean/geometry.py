"""Rotations, arms and curves."""

import numpy as np


def two_link_arm(q, lengths, goal):
    q1, q2 = q
    l1, l2 = lengths
    x = l1 * np.cos(q1) + l2 * np.cos(q1 + q2)
    y = l1 * np.sin(q1) + l2 * np.sin(q1 + q2)
    error = np.array([x, y]) - goal
    return 0.5 * error @ error


def rotate_points(points, theta, target):
    c, s = np.cos(theta), np.sin(theta)
    R = np.array([[c, -s], [s, c]])
    moved = points @ R.T
    return np.sum((moved - target) ** 2)


def quat_rotate(q, v):
    q = q / np.linalg.norm(q)
    w, x, y, z = q
    R = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    return R @ v


def rotate_2d(p, angle):
    x, y = p
    c = np.cos(angle)
    s = np.sin(angle)
    return np.array([c * x - s * y, s * x + c * y])


def bezier(P, t):
    p0, p1, p2, p3 = P
    s = 1 - t
    return (
        s[:, None] ** 3 * p0
        + 3 * s[:, None] ** 2 * t[:, None] * p1
        + 3 * s[:, None] * t[:, None] ** 2 * p2
        + t[:, None] ** 3 * p3
    )


def rotate_xyz(v, yaw, pitch):
    cy, sy = np.cos(yaw), np.sin(yaw)
    cp, sp = np.cos(pitch), np.sin(pitch)
    Rz = np.array([[cy, -sy, 0.0], [sy, cy, 0.0], [0.0, 0.0, 1.0]])
    Ry = np.array([[cp, 0.0, sp], [0.0, 1.0, 0.0], [-sp, 0.0, cp]])
    return Rz @ Ry @ v


def spring_chain(x, k, rest):
    gaps = np.diff(x, axis=0)
    lengths = np.sqrt(np.sum(gaps**2, axis=1))
    return 0.5 * k * np.sum((lengths - rest) ** 2)
