"""Runs the session service of adk-secure-sessions on a database file: a JSON request in the first argument, a JSON answer on standard output."""

import asyncio
import json
import sys

from adk_secure_sessions import AesGcmBackend, EncryptedSessionService, FernetBackend
from google.adk.events.event import Event
from google.adk.sessions.base_session_service import GetSessionConfig

KEY = {"app_name": "support", "user_id": "u1"}


def shown(session):
    return session and {
        "id": session.id,
        "state": session.state,
        "events": [event.model_dump(exclude_none=True, mode="json", by_alias=True) for event in session.events],
        "updated": session.last_update_time,
    }


async def create(service, session, state):
    return shown(await service.create_session(**KEY, session_id=session, state=state))


async def append(service, session, events):
    found = await service.get_session(**KEY, session_id=session)
    for event in events:
        await service.append_event(found, Event.model_validate(event))
    return shown(found)


async def get(service, session, after=None):
    config = GetSessionConfig(after_timestamp=after) if after else None
    return shown(await service.get_session(**KEY, session_id=session, config=config))


async def listed(service):
    found = await service.list_sessions(app_name=KEY["app_name"])
    return [[session.id, session.state] for session in found.sessions]


async def delete(service, session):
    await service.delete_session(**KEY, session_id=session)


CALLS = {"create": create, "append": append, "get": get, "list": listed, "delete": delete}


async def main(request):
    keys = request["keys"]
    backend = FernetBackend(key=keys["fernet"]) if "fernet" in keys else AesGcmBackend(key=bytes.fromhex(keys["aesGcm"]))
    service = EncryptedSessionService(db_url=f"sqlite+aiosqlite:///{request['file']}", backend=backend)
    answers = [await CALLS[call](service, *args) for call, *args in request["calls"]]
    await service.close()
    return answers


print(json.dumps(asyncio.run(main(json.loads(sys.argv[1])))))
