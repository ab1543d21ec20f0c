# The database's password, in libpq's own form, for the service alone. The template reads the pillar itself, so that the
# password is in no rendered state.
{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.package

inventory-config-password:
  {%- if not inventory.password %}
  file.absent:
    - name: {{ inventory.password_file | json }}
  {%- elif (salt['pillar.get']('inventory:password') | string) is match('[^:\\\\\s]+\Z') %}
  file.managed:
    - name: {{ inventory.password_file | json }}
    - source: salt://inventory/files/pgpass.jinja
    - template: jinja
    - user: {{ inventory.user | json }}
    - group: {{ inventory.user | json }}
    - mode: '0400'
    - dir_mode: '0755'
    - makedirs: true
    - show_changes: false
  {%- else %}
  refused.because:
    - sentence: inventory:password has a blank, a colon or a backslash, which the file of libpq doesn't take as they are
  {%- endif %}
    - require:
      - sls: inventory.package.user
