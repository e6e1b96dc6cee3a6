"""JSON Schemas of the files, for editors that complete and check while one types."""

import json
from collections.abc import Mapping

from pydantic import BaseModel

from bot.config.files.answers import AnswersFile
from bot.config.files.assembly import AssemblyFile
from bot.config.files.broadcast import BroadcastFile
from bot.config.files.channels import ChannelsFile
from bot.config.files.debate import DebateFile
from bot.config.files.meeting import MeetingFile
from bot.config.files.process import ProcessFile
from bot.config.files.result import ResultFile
from bot.config.files.survey import SurveyFile
from bot.config.files.tenant import PlatformFile, TenantFile

SCHEMAS: Mapping[str, type[BaseModel]] = {
    "tenant": TenantFile,
    "platform": PlatformFile,
    "channels": ChannelsFile,
    "process": ProcessFile,
    "assembly": AssemblyFile,
    "survey": SurveyFile,
    "debate": DebateFile,
    "meeting": MeetingFile,
    "result": ResultFile,
    "broadcast": BroadcastFile,
    "answers": AnswersFile,
}


def schema_files() -> dict[str, str]:
    """File name → text of each schema."""
    return {f"{name}.schema.json": _text(name, model) for name, model in SCHEMAS.items()}


def _text(name: str, model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    schema["title"] = f"Participabot: {name}"
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
