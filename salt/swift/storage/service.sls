# What has to run once there are rings. No server is started here before the drives are as wanted: these states require
# footing.verify where the agent is a role too.
{%- from 'swift/map.jinja' import swift with context %}
{%- set on_footing = 'storage' in salt['pillar.get']('footing:roles', []) %}

include:
  - swift.storage.config
  - swift.rings.fetch
  {%- if on_footing %}
  - footing.verify
  {%- endif %}

{% set units = swift.storage.units + ([swift.storage.rsync.unit] if swift.storage.rsync else []) %}
{%- for unit in units %}
swift-storage-service-{{ unit }}:
  service.running:
    - name: {{ unit | json }}
    - require:
      - sls: swift.rings.fetch
      {%- if on_footing %}
      - sls: footing.verify
      {%- endif %}
    - watch:
      - sls: swift.storage.config
      - sls: swift.config.cluster
{% endfor %}
