# What has to run once there are rings. On a storage server the agent says when it may: it starts the target as soon as
# what `needs` asks for is mounted (footing:config:services), and a drive that is held is no reason to wait.
{%- from 'swift/map.jinja' import swift with context %}
{%- set on_footing = 'storage' in salt['pillar.get']('footing:roles', []) %}
{%- set target = swift.storage.target %}

include:
  - swift.storage.config
  - swift.storage.target
  - swift.rings.fetch
  {%- if on_footing %}
  - footing.service.running
  {%- endif %}

{% set units = swift.storage.units + ([swift.storage.rsync.unit] if swift.storage.rsync else []) %}
{%- for unit in units %}
swift-storage-service-{{ unit }}:
  service.running:
    - name: {{ unit | json }}
    {%- if on_footing %}
    # Or it is about to be: what a target wants starts before it.
    - onlyif: systemctl is-active --quiet {{ target }} || systemctl show --property=Job --value {{ target }} | grep -q .
    {%- endif %}
    - require:
      - sls: swift.storage.target
      - sls: swift.rings.fetch
      {%- if on_footing %}
      - sls: footing.service.running
      {%- endif %}
    - watch:
      - sls: swift.storage.config
      - sls: swift.config.cluster
{% endfor %}
