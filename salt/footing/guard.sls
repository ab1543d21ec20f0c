# Stops with a sentence when the pillar is missing, stale or another machine's: every state of footing requires it.
# Absence says nothing: that no drive is wanted is never concluded from a pillar that didn't come.
{%- from 'footing/map.jinja' import footing with context %}
{%- set problem = namespace(sentence='') %}
{%- if footing.get('schema') != 1 %}
{%-   set problem.sentence = "there is no pillar of footing for " ~ grains.id ~ ": footing:schema is "
        ~ (footing.get('schema') or 'missing') ~ ", 1 is expected" %}
{%- elif footing.get('node') != grains.id %}
{%-   set problem.sentence = "this pillar is for " ~ (footing.get('node') or 'nobody') ~ ", this is " ~ grains.id %}
{%- elif footing.get('stale') and not footing.accept_stale %}
{%-   set problem.sentence = "the inventory can't be reached, and the pillar is its last known good of "
        ~ (footing.get('fetched_at') or 'an unknown time') ~ ". footing:accept_stale goes on with it" %}
{%- endif %}

footing-guard:
  {%- if problem.sentence %}
  refused.because:
    - sentence: {{ problem.sentence | json }}
    - failhard: true
  {%- else %}
  test.succeed_without_changes:
    - name: the pillar is for {{ grains.id }}
  {%- endif %}
    - order: first
