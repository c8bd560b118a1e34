"""Conversations with the copilot."""

from typing import Literal

from api.schemas.base import View


class Turn(View):
    who: Literal["person", "tenfour"]
    text: str


class Conversation(View):
    """`GET /v1/chat/{thread_id}`: what was said, oldest first."""

    turns: list[Turn]
