"""Topics of a record that are told as JSON, and their schemas."""

from __future__ import annotations

from typing import Any

#: Version of the record's layout; a reader refuses a newer one.
SCHEMA_VERSION = 2
#: Name of the metadata record.
METADATA = "gaitloop"

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
