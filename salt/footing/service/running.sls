# The unit runs, with the configuration that is there. It is never restarted while a run of the agent is at work: the
# state waits for the run, and when that takes too long it says so and the next state run does it.
{%- from 'footing/map.jinja' import footing with context %}

include:
  - footing.guard
  - footing.config.file

footing-service-running:
  footing.running:
    - name: {{ footing.unit | json }}
    - config: {{ footing.config_file | json }}
    - require:
      - sls: footing.guard
      - file: footing-config-file
