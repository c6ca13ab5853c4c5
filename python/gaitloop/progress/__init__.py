"""Progress: what a session achieved, for people who treat."""

from __future__ import annotations

from ..measures.lines import foot_placement, velocity_resistance
from ._fields import new_patient_id
from .charts import cusum_limit, cusum_run_length, ewma_limit, ewma_run_length
from .course import Course, Watch, course_of
from .course_report import write as write_weeks
from .dose import FIGURES, STEPS_NEEDED, ZONES, Dose, Figure, FigureKind, Session, active_steps, dose, time_in_zones
from .evidence import Difference, error_band, important_difference
from .gait import figures_of, read_session, session_of
from .groups import (
    CentreEffect,
    Pooled,
    TwoByTwo,
    TwoMeans,
    number_needed_to_treat,
    pool_mean_difference,
    pool_odds_ratio,
    pool_risk_ratio,
)
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
from .monitor import WATCHED, Advice, ChartState, Monitor, PersonalBaseline, SetbackChart
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
from .stream import GameServer, GameStream, Subscription
from .trends import VERDICTS, Slope, Trend, figure_trend, outcome_trend, overview, own_band, theil_sen

__all__ = [
    "DROPOUT_REASONS",
    "FIGURES",
    "INDEPENDENT",
    "INSTRUMENTS",
    "STEPS_NEEDED",
    "VERDICTS",
    "WATCHED",
    "ZONES",
    "AdverseEvent",
    "Advice",
    "CentreEffect",
    "ChartState",
    "Course",
    "Difference",
    "DifficultyScore",
    "Dose",
    "DropOut",
    "Figure",
    "FigureKind",
    "GameServer",
    "GameStream",
    "Goal",
    "GoalState",
    "Instrument",
    "Milestone",
    "Monitor",
    "Outcome",
    "PersonalBaseline",
    "Pooled",
    "Session",
    "SetbackChart",
    "Slope",
    "Store",
    "Streak",
    "Subscription",
    "Trend",
    "TwoByTwo",
    "TwoMeans",
    "Watch",
    "active_steps",
    "course_of",
    "cusum_limit",
    "cusum_run_length",
    "dose",
    "error_band",
    "ewma_limit",
    "ewma_run_length",
    "figure_trend",
    "figures_of",
    "follow",
    "foot_placement",
    "important_difference",
    "milestones",
    "new_patient_id",
    "number_needed_to_treat",
    "outcome_trend",
    "overview",
    "own_band",
    "pool_mean_difference",
    "pool_odds_ratio",
    "pool_risk_ratio",
    "read_session",
    "session_of",
    "streak",
    "theil_sen",
    "time_in_zones",
    "values_of",
    "velocity_resistance",
    "walk_speed",
    "write_weeks",
]
