"""What a tool may do to the world, and what a caller may let it do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Effect(StrEnum):
    READ = "read"
    SIMULATE = "simulate"
    """Works out what would be; leaves nothing behind."""
    PROPOSE = "propose"
    """Puts something before people: a case, a proposal, a note. Changes no route by itself."""
    COMMIT = "commit"
    """A person's own act. In no schema that a model sees."""


AGENT_EFFECTS = frozenset({Effect.READ, Effect.SIMULATE, Effect.PROPOSE})
MODEL_EFFECTS = frozenset({Effect.READ, Effect.SIMULATE})
"""What a language model may name; whether something is proposed is decided by code."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who calls, and which effects are open to them."""

    actor: str
    kind: Literal["agent", "person"]
    effects: frozenset[Effect]

    def __post_init__(self) -> None:
        if self.kind == "agent" and not self.effects <= AGENT_EFFECTS:
            raise ValueError(f"agent {self.actor!r} cannot be given COMMIT")

    @classmethod
    def agent(cls, actor: str = "tenfour") -> "Scope":
        """Return the scope of an unattended run: everything short of committing."""
        return cls(actor, "agent", AGENT_EFFECTS)

    @classmethod
    def model(cls, actor: str = "model") -> "Scope":
        """Return the scope in which a call named by a language model runs."""
        return cls(actor, "agent", MODEL_EFFECTS)

    @classmethod
    def person(cls, name: str) -> "Scope":
        """Return the scope of a person acting for themselves."""
        return cls(f"person:{name}", "person", frozenset(Effect))


@dataclass(slots=True)
class Budget:
    """What one caller may still spend; it only goes down."""

    calls: int = 60
    solves: int = 8
