"""What of a file stays out is said before Import; a therapist without a name is named as /people shows them."""

from datetime import timedelta

import pytest

from tests.chat.conftest import Newcomer
from tests.chat.test_past_scores import BERLIN, became, sent
from tests.house import House, link_in, press_when_shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_admin_who_is_a_therapist_too_brings_scores_and_hears_what_stays_out(
    house: House, newcomer: Newcomer
) -> None:
    client, admin = await newcomer(), house.admin
    await admin.say("/start")
    await press_when_shown(admin, "I am a therapist too")
    await press_when_shown(admin, "Show summaries right away")
    await admin.say(f"/invite {client.name}")
    double = await house.telegram.person(89_056, "Double")
    await double.open(link_in(await admin.wait_for(lambda one: "https://" in one.text and client.name in one.text)))
    await press_when_shown(double, "I agree")
    await press_when_shown(double, "Right")
    await double.wait_for("All set")
    await house.hop()

    today = (await house.telegram.now()).astimezone(BERLIN).date()
    recent, old = today - timedelta(days=30), today - timedelta(days=120)
    lines = [
        f"{recent},bond,7,after", f"{recent},milestone,kept,", f"{old},bond,8,", f"{old},milestone,gone,",
        f"{recent},bond,1,now", f"{old},tasks,1,before",
    ]  # fmt: skip
    header = "code,date,question,value,occasion"
    unclear = "\n".join((header, *(f"{client.name},{line}" for line in lines)))
    assert "More than one therapist" in (await sent(admin, unclear, "Nothing was imported")).text
    named = "\n".join((f"{header},therapist", *(f"{client.name},{line},Admin" for line in lines)))
    promise = await sent(admin, named, "3 scores of 1 client")
    assert "2 lines of check-ins that were not asked after a session are left out." in promise.text
    assert "1 text is older than 90 days and will not be kept." in promise.text
    await admin.press("Import")
    await became(admin, promise, "Imported: 3 scores of 1 client.")
    await house.settled()
    asked_now = f"{header},therapist\n{client.name},{recent},bond,1,now,Admin"
    assert "not asked after a session" in (await sent(admin, asked_now, "There is nothing in this file")).text
