"""Rotations, arms and curves."""

import numpy as np


def two_link_arm(q, lengths, goal):
    q1, q2 = q
    l1, l2 = lengths
    x = l1 * np.cos(q1) + l2 * np.cos(q1 + q2)
    y = l1 * np.sin(q1) + l2 * np.sin(q1 + q2)
    error = np.array([x, y]) - goal
    return 0.5 * error @ error
