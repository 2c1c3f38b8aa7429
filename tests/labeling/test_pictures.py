"""Bytes from strangers: every awkward kind comes out upright and in its colours, or refused with its reason."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from labeling.pictures import MAX_JPEG_SCANS, BadPicture, Picture, Reason, encode_thumb, encode_view, open_picture
from tests import pictures

QUARTERS = [pictures.RED, pictures.GREEN, pictures.BLUE, pictures.GREY]


def opened(data: bytes, max_bytes: int = 10_000_000, max_pixels: int = 50_000_000) -> Picture:
    return open_picture(data, max_bytes=max_bytes, max_pixels=max_pixels)


def refused(data: bytes, **limits: int) -> BadPicture:
    with pytest.raises(BadPicture) as caught:
        opened(data, **limits)
    return caught.value


def assert_quarters(picture: Picture, within: int = 6) -> None:
    assert picture.rgb.mode == "RGB"
    assert (picture.width, picture.height) == picture.rgb.size == pictures.SIZE
    assert np.abs(np.array(pictures.corners(picture.rgb)) - QUARTERS).max() <= within


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_accepted_format_is_recognised_by_its_content(kind):
    picture = opened(getattr(pictures, kind.lower())())
    assert (picture.format, picture.frames) == (kind, 1)
    assert_quarters(picture)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\xff", Reason.NOT_AN_IMAGE),
        (pictures.text_called_jpg(), Reason.NOT_AN_IMAGE),
        (pictures.random_bytes(), Reason.NOT_AN_IMAGE),
        (pictures.svg(), Reason.UNSUPPORTED_FORMAT),
        (pictures.tiff(), Reason.UNSUPPORTED_FORMAT),
        (pictures.bmp(), Reason.UNSUPPORTED_FORMAT),
        (pictures.heic(), Reason.UNSUPPORTED_FORMAT),
        (pictures.truncated_jpeg(), Reason.TRUNCATED),
        (pictures.truncated("PNG"), Reason.TRUNCATED),
        (pictures.truncated("WEBP"), Reason.TRUNCATED),
        (pictures.truncated("GIF"), Reason.TRUNCATED),
        (pictures.jpeg()[:20], Reason.TRUNCATED),
        (pictures.png()[:10], Reason.TRUNCATED),
        (b"\xff\xd8\xff\xd9" + bytes(100), Reason.BROKEN),
        (pictures.huge_header_png(), Reason.TOO_MANY_PIXELS),
        (pictures.huge_header_jpeg(), Reason.TOO_MANY_PIXELS),
        (pictures.huge_header_gif(), Reason.TOO_MANY_PIXELS),
        (pictures.huge_header_webp(), Reason.TOO_MANY_PIXELS),
        (pictures.many_frames_gif(), Reason.TOO_MANY_PIXELS),
        (pictures.text_bomb_png(b"zTXt"), Reason.BROKEN),
        (pictures.scan_bomb_jpeg(), Reason.BROKEN),
    ],
)
def test_what_is_no_picture_is_refused_with_its_reason(data, reason):
    verdict = refused(data)
    assert verdict.reason == reason
    assert verdict.detail
    assert len(verdict.detail) <= 300
    assert "0x" not in verdict.detail


def test_a_file_over_the_byte_limit_is_refused_unopened():
    data = pictures.jpeg()
    assert opened(data, max_bytes=len(data))
    assert refused(data, max_bytes=len(data) - 1).reason == Reason.TOO_LARGE


def test_the_pixel_limit_counts_all_frames():
    width, height = pictures.SIZE
    assert opened(pictures.png(), max_pixels=width * height)
    assert refused(pictures.png(), max_pixels=width * height - 1).reason == Reason.TOO_MANY_PIXELS
    assert opened(pictures.animated("GIF"), max_pixels=3 * width * height)
    assert refused(pictures.animated("GIF"), max_pixels=3 * width * height - 1).reason == Reason.TOO_MANY_PIXELS


def test_pixels_are_counted_before_any_is_decoded(monkeypatch):
    def decoded(*_: object, **__: object) -> None:
        pytest.fail("decoded before the header was checked")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    assert refused(pictures.huge_header_jpeg()).reason == Reason.TOO_MANY_PIXELS


def test_a_jpeg_may_have_many_scans_but_not_any_number():
    assert opened(pictures.jpeg(progressive=True))
    assert opened(pictures.scan_bomb_jpeg(MAX_JPEG_SCANS - 20))


@pytest.mark.parametrize("cut", [1, 2, 3, 8, 60, 500])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_lacks_pixels_is_never_completed_with_grey(cut, progressive):
    whole = pictures.encoded(pictures.photo_like(), "JPEG", progressive=progressive)
    assert refused(whole[:-cut]).reason == Reason.TRUNCATED


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright(kind, orientation):
    assert_quarters(opened(pictures.rotated(orientation, kind)))


@pytest.mark.parametrize("maker", [pictures.cmyk_jpeg, pictures.unmarked_cmyk_jpeg, pictures.ycck_jpeg])
def test_four_colour_jpegs_keep_their_colours(maker):
    assert_quarters(opened(maker()))


def test_16_bit_grey_is_scaled_and_not_clipped():
    row = np.asarray(opened(pictures.grey_16_png()).rgb)[0, :, 0].astype(int)
    assert row[0] == 0
    assert row[-1] == 255
    assert np.abs(row - np.arange(256)).max() <= 1


def test_transparency_becomes_white():
    left_above, right_above, left_below, right_below = pictures.corners(opened(pictures.palette_with_alpha_png()).rgb)
    assert left_above == pictures.RED
    assert right_above == right_below == (255, 255, 255)
    assert np.abs(np.array(left_below) - [237, 147, 147]).max() <= 1
    for mode in ("RGBA", "LA"):
        assert opened(pictures.transparent_png(mode)).rgb.getcolors() == [(64 * 40, (255, 255, 255))]


def test_one_bit_pictures_are_black_and_white():
    assert pictures.corners(opened(pictures.one_bit_png()).rgb) == [(0, 0, 0), (255, 255, 255)] * 2


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(kind):
    picture = opened(pictures.animated(kind))
    assert picture.frames == 3
    assert_quarters(picture)


def test_of_a_multi_picture_jpeg_the_first_is_taken():
    picture = opened(pictures.multi_picture_jpeg())
    assert (picture.format, picture.frames) == ("JPEG", 1)
    assert_quarters(picture)


def test_an_embedded_profile_is_applied():
    picture = opened(pictures.with_profile(pictures.swapped_profile()))
    red, green, *_ = pictures.corners(picture.rgb)
    assert green[0] > green[1] + 60
    assert red[1] > red[0] + 60


def test_a_broken_or_unfitting_profile_is_ignored():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (b"not a profile", lab, pictures.swapped_profile()[:300]):
        assert_quarters(opened(pictures.with_profile(profile)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("encode", [encode_view, encode_thumb])
@pytest.mark.parametrize("profile", [True, False])
def test_what_browsers_get_carries_pixels_only(kind, encode, profile):
    source = pictures.with_metadata(kind, profile=profile)
    assert b"Secret" in source
    data = encode(opened(source))
    view = Image.open(io.BytesIO(data))
    assert view.format == "JPEG"
    assert set(view.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not view.getexif()
    assert b"Secret" not in data
    assert [name for name, _ in view.applist] == ["APP0"]


def test_views_are_made_smaller_but_never_larger():
    large, small = opened(pictures.jpeg((3000, 1000))), opened(pictures.jpeg())
    assert Image.open(io.BytesIO(encode_view(large))).size == (2048, 683)
    assert Image.open(io.BytesIO(encode_thumb(large))).size == (256, 85)
    assert Image.open(io.BytesIO(encode_view(small))).size == pictures.SIZE
    assert Image.open(io.BytesIO(encode_thumb(opened(pictures.png((3000, 1)))))).size == (256, 1)


SEEDS = [
    pictures.with_metadata(),
    pictures.rotated(6, "PNG"),
    pictures.palette_with_alpha_png(),
    pictures.grey_16_png(),
    pictures.ycck_jpeg(),
    pictures.multi_picture_jpeg(),
    pictures.jpeg(progressive=True),
    pictures.with_metadata("WEBP"),
    *(pictures.animated(kind) for kind in ("GIF", "WEBP", "PNG")),
]


# Pillow warns of odd metadata before it goes on; that is no news here.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(
    data=st.sampled_from(SEEDS),
    hits=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12),
    head=st.lists(st.tuples(st.integers(4, 200), st.integers(0, 255)), max_size=4),
    keep=st.one_of(st.just(1.0), st.floats(0, 1)),
)
@settings(max_examples=400, deadline=None)
def test_corrupted_files_give_a_picture_or_a_bad_picture_and_nothing_else(data, hits, head, keep):
    broken = bytearray(data)
    for place, value in hits:
        broken[int(place * len(broken))] = value
    for place, value in head:
        broken[min(place, len(broken) - 1)] = value
    try:
        picture = opened(bytes(broken[: int(keep * len(broken))]), max_pixels=2_000_000)
    except BadPicture:
        return
    assert encode_thumb(picture)
