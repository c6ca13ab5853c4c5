"""People, sessions and outcomes that several tests of progress share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gaitloop.progress import Figure, Outcome, Session

PERSON = "00112233445566778899aabbccddeeff"
OTHER = "ffeeddccbbaa99887766554433221100"
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def day(number):
    return BEGIN + timedelta(days=number)


def session(at=0.0, patient=PERSON, **changes):
    fields = {
        **{"device": "exoskeleton", "duration": 1800.0, "walking": 1200.0, "steps": 900, "active_steps": 400.5},
        **{"distance": 480.0, "zones": {"light": 600.0, "moderate": 300.0}},
        **{"figures": {"speed": Figure(0.4, 900), "knee_range": Figure(0.9, 120)}},
    }
    return Session(patient=patient, started=day(at), **{**fields, **changes})


def outcome(instrument="fac", value=3.0, at=0.0, **changes):
    fields = {"patient": PERSON, "assessor": "A1", **changes}
    return Outcome(instrument=instrument, value=value, taken=day(at), **fields)
