import hashlib

from labeling.sampling import draw

DIGESTS = [hashlib.sha256(bytes([n >> 8, n & 255])).hexdigest() for n in range(4000)]


def test_a_draw_is_the_same_for_ever():
    # Written down: a change of the method would silently move images in and out of the slice.
    assert draw("ab" * 32, key="key") == (0.6554490498903739, 0.7414465254680139)


def test_another_key_draws_another_slice():
    assert draw(DIGESTS[0], key="one").u != draw(DIGESTS[0], key="two").u


def test_draws_are_uniform_and_the_split_is_independent_of_the_slice():
    draws = [draw(digest, key="key") for digest in DIGESTS]
    inside = [d for d in draws if d.u < 0.1]
    # Binomial(4000, 0.1) and Binomial(~400, 0.5): five standard deviations.
    assert abs(len(inside) - 400) < 95
    assert abs(sum(d.split < 0.5 for d in inside) - len(inside) / 2) < 50
    assert all(0 <= d.u < 1 and 0 <= d.split < 1 for d in draws)
