"""Which tests watch over which module, the quickest first."""

_LIMITS = ("tests/test_core_spans.py", "tests/test_core_values.py")
_READINGS = ("tests/test_core_readings.py",)
_AGES = ("tests/catalogue/test_ages.py",)
_SECOND = "tests/test_core_second_classifier.py"
_PANELS = "tests/test_core_whole_panels.py"
_JUDGED = (
    "tests/test_core_in_full.py",
    f"{_SECOND}::test_a_second_classifier_agrees_on_random_panels[0]",
    "tests/test_core_classification.py",
    "tests/test_core_flags.py",
    "tests/test_cases.py",
)
_DERIVED = (
    "tests/test_core_in_full.py",
    "tests/test_core_derivation.py",
    "tests/test_core_formulas.py",
)
_PATTERNS = (
    "tests/symptoms/test_symptoms_patterns.py",
    "tests/symptoms/test_symptoms_through.py",
    "tests/symptoms/test_symptoms_laws.py",
)
_SYMPTOMS = (
    "tests/symptoms/test_symptoms_through.py",
    "tests/symptoms/test_symptoms_links.py",
    "tests/symptoms/test_symptoms_factors.py",
    "tests/symptoms/test_symptoms_red_flags.py",
    "tests/symptoms/test_symptoms_patterns.py",
)

SUITES = {
    "limits": (*_LIMITS, *_READINGS),
    "readings": _READINGS,
    "partitions": _AGES,
    "scales": ("tests/test_core_scales.py", *_LIMITS),
    "judging/answers": (
        *_JUDGED,
        "tests/test_core_delta.py",
        "tests/test_core_near_limits.py",
        "tests/test_core_derivation.py",
    ),
    "judging/benches": (*_JUDGED, "tests/catalogue/test_persons.py"),
    "judging/checks": (*_JUDGED, "tests/test_core_mix_ups.py"),
    "judging/compiling": _JUDGED,
    "judging/decision": _JUDGED,
    "judging/flags": ("tests/test_core_flags.py", *_JUDGED),
    "judging/settling": ("tests/test_core_flags.py", *_JUDGED),
    "judging/showing": _JUDGED,
    "judging/verdicts": _JUDGED,
    "judging/differences": (
        "tests/test_core_differences.py",
        *_JUDGED,
        "tests/test_two_intervals.py",
    ),
    "judging/open_questions": (*_JUDGED, "tests/test_open_questions.py"),
    "judging/whole": (
        "tests/test_core_whole_ranges.py",
        "tests/test_core_near_limits.py",
        "tests/test_core_in_full.py",
    ),
    "sent_intervals": (
        "tests/test_core_sent_intervals.py",
        "tests/test_core_in_full.py",
        "tests/test_core_classification.py",
        "tests/test_core_mix_ups.py",
    ),
    "plausibility": (
        *_JUDGED,
        "tests/test_core_sent_intervals.py",
        "tests/test_core_mix_ups.py",
        "tests/test_core_feeds.py",
    ),
    "manners": (*_JUDGED, "tests/test_core_mix_ups.py"),
    "inputs": _DERIVED,
    "near_limits": ("tests/test_core_near_limits.py",),
    "delta_check": ("tests/test_core_delta.py",),
    "classification": (*_JUDGED, "tests/test_core_mix_ups.py"),
    "derivation": _DERIVED,
    "formulas": _DERIVED,
    "quantities": ("tests/catalogue/test_units.py", "tests/test_core_values.py"),
    "patterns": _PATTERNS,
    "triggers": ("tests/test_core_triggers.py",),
    "asking": _SYMPTOMS,
    "assessment": (*_SYMPTOMS, _PANELS),
    "comments": ("tests/test_core_comments.py", _PANELS),
    "facts": (*_SYMPTOMS, _PANELS, "tests/test_core_in_full.py"),
    "factors": ("tests/symptoms/test_symptoms_factor_list.py", *_SYMPTOMS),
    "interpretation": (
        _PANELS,
        *_SYMPTOMS,
        *_JUDGED,
        "tests/test_core_delta.py",
        "tests/test_core_measured.py",
    ),
    "ladders": ("tests/symptoms/test_symptoms_links.py", "tests/test_core_in_full.py"),
    "measured": ("tests/test_core_measured.py",),
    "persons": ("tests/catalogue/test_persons.py", *_JUDGED),
    "red_flags": (
        "tests/symptoms/test_symptoms_red_flags.py",
        "tests/test_core_sent_intervals.py",
        "tests/test_core_in_full.py",
        *_SYMPTOMS,
    ),
    "results": ("tests/test_core_values.py", *_JUDGED, *_SYMPTOMS),
    "symptom_findings": _SYMPTOMS,
    "symptoms": _SYMPTOMS,
}
