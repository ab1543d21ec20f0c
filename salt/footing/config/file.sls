# The agent's configuration: what the pillar has under `footing:config`. The agent reads the new one before it replaces
# the old one; one that it refuses changes nothing, and the comment is its sentence with line and column.
{%- from 'footing/map.jinja' import footing with context %}

include:
  - footing.guard

footing-config-file:
  file.serialize:
    - name: {{ footing.config_file | json }}
    # Not dataset_pillar: Salt 3008 masks what it reads there, and writes '**********'.
    - dataset: {{ footing.get('config', {}) | json }}
    - serializer: yaml
    - user: root
    - group: root
    - mode: '0644'
    - makedirs: true
    - check_cmd: {{ (footing.program ~ ' check --config') | json }}
    - require:
      - sls: footing.guard
