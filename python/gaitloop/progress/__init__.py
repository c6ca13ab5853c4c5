"""Progress: what a session achieved, for people who treat."""

from __future__ import annotations

from ._fields import new_patient_id
from .dose import FIGURES, STEPS_NEEDED, ZONES, Dose, Figure, FigureKind, Session, active_steps, dose, time_in_zones
from .milestones import (
    DifficultyScore,
    Goal,
    GoalState,
    Milestone,
    Streak,
    follow,
    milestones,
    streak,
    values_of,
)
from .outcomes import (
    DROPOUT_REASONS,
    INDEPENDENT,
    INSTRUMENTS,
    AdverseEvent,
    DropOut,
    Instrument,
    Outcome,
    walk_speed,
)
from .store import Store

__all__ = [
    "DROPOUT_REASONS",
    "FIGURES",
    "INDEPENDENT",
    "INSTRUMENTS",
    "STEPS_NEEDED",
    "ZONES",
    "AdverseEvent",
    "DifficultyScore",
    "Dose",
    "DropOut",
    "Figure",
    "FigureKind",
    "Goal",
    "GoalState",
    "Instrument",
    "Milestone",
    "Outcome",
    "Session",
    "Store",
    "Streak",
    "active_steps",
    "dose",
    "follow",
    "milestones",
    "new_patient_id",
    "streak",
    "time_in_zones",
    "values_of",
    "walk_speed",
]
