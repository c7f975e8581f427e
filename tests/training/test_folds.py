"""Folds: a host is in one fold, everywhere."""

from __future__ import annotations

import numpy as np

from training.folds import FOLDS, fold_of

HOSTS = np.array([f"Kepler-{i}" for i in range(1_000)])


def test_a_host_is_in_the_same_fold_in_every_set():
    shuffled = np.random.default_rng(0).permutation(HOSTS.repeat(2))

    alone = dict(zip(HOSTS.tolist(), fold_of(HOSTS).tolist(), strict=True))
    assert fold_of(shuffled).tolist() == [alone[host] for host in shuffled.tolist()]


def test_folds_have_about_equal_numbers_of_hosts():
    counts = np.bincount(fold_of(HOSTS), minlength=FOLDS)

    assert counts.size == FOLDS
    assert counts.min() > 150
