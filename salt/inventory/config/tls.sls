# Certificate and key, when the pillar has them. The service reads them through its group's eyes: root's, by systemd.
{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.package
{% for what, mode in {'certificate': '0644', 'key': '0600'} | dictsort %}
inventory-config-tls-{{ what }}:
  {%- if inventory.tls.get(what) %}
  file.managed:
    - name: {{ inventory.config.tls[what] | json }}
    - contents_pillar: inventory:tls:{{ what }}
    - mode: {{ mode | json }}
    - makedirs: true
    - show_changes: false
  {%- else %}
  test.nop:
  {%- endif %}
    - require:
      - sls: inventory.package
{% endfor %}
