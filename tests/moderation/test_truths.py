"""The file with the truth of the demo's pictures."""

from moderation.services.demo.truths import Truths


def test_a_line_that_was_cut_off_is_written_again(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    Truths().path.write_text('{"name": "scene-1"}\n{"name": "sce')
    Truths()
    assert Truths().path.read_text() == '{"name": "scene-1"}\n'
