# The service's user, for good: systemd takes it instead of one for each start. Secrets can be given to it, and PostgreSQL
# knows it by its name.
{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.package.installed

inventory-package-user:
  user.present:
    - name: {{ inventory.user | json }}
    - system: true
    - usergroup: true
    - home: /nonexistent
    - createhome: false
    - shell: /usr/sbin/nologin
    - require:
      - sls: inventory.package.installed
