"""Topics of a record that are told as JSON, and their schemas."""

from __future__ import annotations

from typing import Any

#: Version of the record's layout; a reader refuses a newer one.
SCHEMA_VERSION = 2
#: Name of the metadata record.
METADATA = "gaitloop"

#: What a stride has of work and resistance where the torque between machine and person is measured: unit, what it is.
EFFORT: dict[str, tuple[str, str]] = {
    "robot_work": ("J", "positive work of the robot on the leg"),
    "robot_braking": ("J", "work that the robot took out of the leg"),
    "human_work": ("J", "positive work of the person at hip and knee in swing, as far as it was known"),
    "human_share": ("-", "that over the positive work of person and robot, same joints and ticks"),
    "human_covered": ("-", "share of the ticks of the stride in which the person's torque was known"),
    "knee_resistance": ("N·m·s/rad", "torque of the knee against movement per velocity, in swing"),
}
#: What a stride has of the step that ends it where somebody measures sideways, y to the left: unit, what it is.
SIDEWAYS: dict[str, tuple[str, str]] = {
    "step_width": ("m", "how far beside the other heel this heel landed, negative when the feet cross"),
    "pelvis_position": ("m", "position of the pelvis over the stance foot in the middle of the step"),
    "pelvis_velocity": ("m/s", "its velocity at that time"),
    "foot_placement": ("m", "where the foot landed, from the stance foot"),
    "margin": ("m", "from the extrapolated centre of mass to the outer edge of the foot that landed"),
    "sway": ("m", "range of the pelvis in the stride before"),
    "load_left": ("-", "share of the ground's force under the left foot in that stride"),
    "guide_share": ("-", "share of the help sideways in that stride, 0 softest to 1 stiffest"),
    "guide_force": ("N", "root of the mean square of the guide's force in that stride"),
}

_TIME = {"type": "integer", "description": "[ns] since session start"}
_NUMBER = {"type": ["number", "null"]}
_SIDE = {"type": "string", "enum": ["left", "right"]}
_WORD = {"type": "string"}
_WORD_OR_NONE = {"type": ["string", "null"]}
_ANY = {"type": ["null", "boolean", "number", "string", "array", "object"]}
_WHO = {
    "type": "string",
    "pattern": "(therapist|patient|remote|program)(:[0-9a-f]{32})?",
    "description": "role, and the pseudonym of the person where there is one; never a name",
}
_WHEN = {**_WORD_OR_NONE, "description": "wall clock by ISO 8601; null in simulation"}
JSON_SCHEMAS: dict[str, tuple[str, dict[str, Any]]] = {
    "/event": (
        "gaitloop.Event",
        {
            "side": _SIDE,
            "event": {"type": "string", "enum": ["initial_contact", "toe_off"]},
            "t": _TIME,
            "t_emit": _TIME,
            "confidence": {"type": "number"},
        },
    ),
    "/stride": (
        "gaitloop.Stride",
        {
            "side": _SIDE,
            "t_start": _TIME,
            "t_end": _TIME,
            "valid": {"type": "boolean"},
            **{
                name: {**_NUMBER, "description": f"[{unit}]"}
                for name, unit in (
                    ("stride_time", "s"),
                    ("stance_time", "s"),
                    ("stance_share", "-"),
                    ("double_support", "-"),
                    ("step_time", "s"),
                    ("step_length", "m"),
                    ("stride_length", "m"),
                    ("force_peak", "N"),
                    ("force_mean", "N"),
                )
            },
            "rms": {"type": "array", "items": _NUMBER, "description": "[rad] hip, knee, ankle"},
            "measured": {"type": "object", "description": "[rad] key angles as measured"},
            "reference": {"type": "object", "description": "[rad] key angles of the reference"},
            "support": {
                "type": "array",
                "items": _NUMBER,
                "description": "[-] support in use, subtasks that the device sees",
            },
            **{
                name: {**_NUMBER, "description": f"[{unit}] {what}"}
                for name, (unit, what) in (*EFFORT.items(), *SIDEWAYS.items())
            },
        },
    ),
    "/state": (
        "gaitloop.State",
        {"t": _TIME, "state": {"type": "string"}, "severity": {"type": "integer"}, "cause": {"type": "string"}},
    ),
    "/stage": (
        "gaitloop.Stage",
        {
            "t": _TIME,
            "stage": _WORD,
            "index": {"type": "integer"},
            "phase": {"type": "string", "enum": ["begin", "end"]},
            "reason": _WORD_OR_NONE,
        },
    ),
    "/note": (
        "gaitloop.Note",
        {"t": _TIME, "who": _WHO, "when": _WHEN, "text_code": _WORD_OR_NONE, "text": _WORD_OR_NONE},
    ),
    "/change": (
        "gaitloop.Change",
        {"t": _TIME, "who": _WHO, "when": _WHEN, "what": _WORD, "before": _ANY, "after": _ANY},
    ),
    "/pain": ("gaitloop.Pain", {"t": _TIME, "reason": _WORD_OR_NONE}),
    "/loss": ("gaitloop.Loss", {"t": _TIME, "what": _WORD, "count": {"type": "integer"}}),
}
#: Topics that are told one message at a time.
TOLD = ("/stage", "/note", "/change", "/pain", "/loss")
