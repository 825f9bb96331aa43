"""Every model that crosses the wire, as pure data.

Every room may import it; it imports no other room. Public modules: caller, chat, closed, debate, events, failures,
health, problem_type, problems, result, strict_json, verdict.
"""
