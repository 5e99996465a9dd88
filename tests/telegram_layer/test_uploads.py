import pytest

from bot.telegram.incoming import Document
from bot.telegram.uploads import ending_of


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
