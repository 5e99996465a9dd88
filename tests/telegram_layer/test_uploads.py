import pytest

from bot.telegram.incoming import Document
from bot.telegram.upload import Upload
from bot.telegram.uploads import UPLOADS, ending_of
from bot.texts import languages, speech


@pytest.mark.parametrize(
    ("name", "mime", "ending"),
    [
        ("week.ics", "", "ics"),
        ("WEEK.ICS", "application/octet-stream", "ics"),
        ("questions.yml", "", "yaml"),
        ("week", "text/calendar", "ics"),
        ("", "application/fhir+json", "json"),
        ("Scores.CSV", "application/vnd.ms-excel", "csv"),
        ("scores", "text/csv", "csv"),
        ("scores.tsv", "", "csv"),
        ("week.ics.exe", "text/calendar", "exe"),
        ("../..", "", ""),
    ],
)
def test_a_file_is_known_by_its_ending_and_else_by_its_type(name: str, mime: str, ending: str) -> None:
    assert ending_of(Document("f", name, mime)) == ending


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("upload", UPLOADS.values())
def test_the_limit_that_is_said_is_the_one_that_holds(upload: Upload, code: str) -> None:
    limit = f"{upload.most // 1_000_000} MB" if upload.most >= 1_000_000 else f"{upload.most // 1024} KB"
    assert limit in speech(code)(upload.kind)
    assert limit in speech(code)(upload.too_big)
