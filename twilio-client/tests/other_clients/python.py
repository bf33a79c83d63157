"""Drives the simulator with Twilio's own Python library: every answer must be one that it can read."""

import sys
import time
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

URL, ACCOUNT, TOKEN = sys.argv[1:4]
AGENT, CUSTOMER, OURS = "+14155550111", "+14155550123", "+14155550100"


class Local(HttpClient):
    """Sends what is meant for https://PRODUCT.twilio.com to this machine, with that host in the header."""

    def __init__(self):
        self.session = requests.Session()

    def request(self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False):
        parts = urlsplit(url)
        target = URL + parts.path + ("?" + parts.query if parts.query else "")
        headers = dict(headers or {}, Host=parts.netloc)
        answer = self.session.request(
            method, target, params=params, data=data, headers=headers, auth=auth, timeout=30, allow_redirects=allow_redirects
        )
        return Response(answer.status_code, answer.text)


def until(what, so):
    for _ in range(400):
        found = so()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"it did not come about: {what}")


def refused(code, act):
    try:
        act()
    except TwilioRestException as error:
        assert error.code == code, (error.code, code)
    else:
        raise AssertionError(f"{code} was expected")


def calls(client):
    call = client.calls.create(to=CUSTOMER, from_=OURS, twiml="<Response><Pause/></Response>")
    assert call.sid.startswith("CA") and call.status == "queued", call.status
    assert call.date_created is not None, "the date could be read"
    until("the call is answered", lambda: call.fetch().status == "in-progress")
    for _ in range(4):
        client.calls.create(to=AGENT, from_=OURS, twiml="<Response/>")
    assert len(client.calls.list(page_size=2)) == 5, "every page was followed"
    assert len(client.calls.list(to=CUSTOMER)) == 1
    refused(20009, call.delete)
    assert call.update(status="completed").status == "completed"
    assert call.fetch().duration is not None
    refused(21220, lambda: call.update(twiml="<Response/>"))
    refused(21211, lambda: client.calls.create(to="nobody", from_=OURS, url="https://example.com/"))
    refused(20404, lambda: client.calls("CA" + "0" * 32).fetch())
    assert call.delete() is True
    return call


def recordings(client):
    call = client.calls.create(to=CUSTOMER, from_=OURS, twiml="<Response><Pause/></Response>")
    until("the call is answered", lambda: call.fetch().status == "in-progress")
    made = call.recordings.create(recording_channels="dual")
    assert made.status == "in-progress", made.status
    paused = client.calls(call.sid).recordings("Twilio.CURRENT").update(status="paused", pause_behavior="skip")
    assert paused.status == "paused"
    client.calls(call.sid).recordings(made.sid).update(status="stopped")
    done = until("the sound is there", lambda: (it := client.recordings(made.sid).fetch()).status == "completed" and it)
    assert int(done.duration) >= 1 and done.channels == 2, (done.duration, done.channels)
    assert [it.sid for it in client.recordings.list(call_sid=call.sid)] == [made.sid]
    sound = requests.get(f"{URL}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{made.sid}.wav", auth=(ACCOUNT, TOKEN), timeout=30)
    assert sound.content[:4] == b"RIFF"
    assert done.delete() is True
    refused(20404, lambda: client.recordings(made.sid).fetch())
    assert len(call.events.list()) == 0
    call.update(status="completed")


def conferences(client):
    room = client.conferences("python room")
    agent = room.participants.create(from_=OURS, to=AGENT, label="agent", end_conference_on_exit=True)
    sid = agent.conference_sid
    until("the agent is there", lambda: client.conferences(sid).participants("agent").fetch().status == "connected")
    refused(16026, lambda: room.participants.create(from_=OURS, to=AGENT, label="agent"))
    room.participants.create(from_=OURS, to=CUSTOMER, label="customer")
    until("the customer is there", lambda: client.conferences(sid).participants("customer").fetch().status == "connected")
    held = client.conferences(sid).participants("customer").update(hold=True, muted=True)
    assert held.hold is True and held.muted is True
    assert len(client.conferences(sid).participants.list(muted=True)) == 1
    assert client.conferences(sid).participants("customer").delete() is True
    assert [it.sid for it in client.conferences.list(friendly_name="python room", status="in-progress")] == [sid]
    assert client.conferences(sid).update(status="completed").status == "completed"
    assert client.conferences(sid).fetch().reason_conference_ended == "conference-ended-via-api"


def numbers(client):
    found = client.available_phone_numbers("US").local.list(area_code=415, limit=3)
    assert len(found) == 3, found
    bought = client.incoming_phone_numbers.create(phone_number=found[0].phone_number, voice_url="https://example.com/voice")
    assert bought.voice_url == "https://example.com/voice"
    refused(21422, lambda: client.incoming_phone_numbers.create(phone_number=found[0].phone_number))
    other = client.incoming_phone_numbers.create(area_code="212")
    assert other.phone_number.startswith("+1212")
    assert len(client.incoming_phone_numbers.list(page_size=1)) == 2
    assert len(client.incoming_phone_numbers.list(phone_number=bought.phone_number)) == 1
    assert bought.update(friendly_name="front desk").friendly_name == "front desk"
    assert other.delete() is True
    application = client.applications.create(friendly_name="ivr", voice_url="https://example.com/voice")
    assert application.fetch().voice_method == "POST"
    asked = client.validation_requests.create(phone_number="+14155550177", friendly_name="mine")
    assert asked.validation_code
    client.calls(asked.call_sid)
    until("it rings", lambda: client.calls(asked.call_sid).fetch().status == "in-progress")
    client.calls(asked.call_sid).update(status="completed")
    until("it is verified", lambda: client.outgoing_caller_ids.list(phone_number="+14155550177"))


def plain(client):
    names = [f"queue {at}" for at in range(5)]
    for name in names:
        client.queues.create(friendly_name=name, max_size=10)
    listed = client.queues.list(page_size=2)
    assert sorted(it.friendly_name for it in listed) == names
    assert listed[0].members.list() == []
    assert listed[0].update(max_size=20).max_size == 20
    assert listed[0].delete() is True
    key = client.new_keys.create(friendly_name="ci")
    assert key.secret
    assert [it.sid for it in client.keys.list()] == [key.sid]
    assert float(client.balance.fetch().balance) > 0
    assert client.api.accounts(ACCOUNT).fetch().status == "active"
    failed = client.calls.create(to=CUSTOMER, from_=OURS, url="http://127.0.0.1:9/voice")
    until("the call is over", lambda: failed.fetch().status == "completed")
    alerts = client.monitor.v1.alerts.list(page_size=1)
    assert [it.error_code for it in alerts] == ["11205"], [it.error_code for it in alerts]
    assert client.monitor.v1.alerts(alerts[0].sid).fetch().resource_sid == failed.sid
    assert len(failed.notifications.list()) == 1
    trunk = client.trunking.v1.trunks.create(friendly_name="office")
    assert [it.sid for it in client.trunking.v1.trunks.list()] == [trunk.sid]
    refused(20003, lambda: Client(ACCOUNT, "0" * 32, http_client=Local()).balance.fetch())


def main():
    client = Client(ACCOUNT, TOKEN, http_client=Local())
    for part in (calls, recordings, conferences, numbers, plain):
        part(client)
        print(part.__name__, "ok")


main()
