"""Run AutoGen's agents on a model: one fresh agent a turn.

Only lib.moderator imports it. Public modules: speaker, attempt, failures, model_call, turn_clock, turn_listener. A
package inside is a provider: the only place that knows its vendor's SDK.
"""
