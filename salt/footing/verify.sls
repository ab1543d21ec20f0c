# The drives are as wanted: safe with test=True, and safe on a timer.
{%- from 'footing/map.jinja' import footing with context %}

include:
  - footing.guard
  - footing.config.file

footing-verify:
  footing.converged:
    - name: {{ footing.config_file | json }}
    - allow_held: {{ footing.verify.allow_held | json }}
    - timeout: {{ footing.verify.timeout | json }}
    - require:
      - sls: footing.guard
      - file: footing-config-file
