# Its two doors. nginx reads the new file before it replaces the old one. Without `here` a file that somebody put there stays;
# inventory.nginx.clean takes ours away.
{%- from 'inventory/map.jinja' import inventory with context %}
{%- set nginx = inventory.nginx %}

include:
  - inventory.nginx.package
  - inventory.config

inventory-nginx-site:
  {%- if nginx.here %}
  file.managed:
    - name: {{ nginx.config | json }}
    - source: salt://inventory/files/nginx.conf.jinja
    - template: jinja
    - context:
        inventory: {{ inventory | json }}
    - mode: '0644'
    - makedirs: true
    # Salt puts the new file's name behind this: $0.
    - check_cmd: >-
        sh -c 'echo "events {} http { include $0; }" > "$0.whole"; /usr/sbin/nginx -q -t -c "$0.whole"; said=$?; rm "$0.whole"; exit $said'
  {%- else %}
  test.nop:
  {%- endif %}
    - require:
      - sls: inventory.nginx.package
      - sls: inventory.config.tls
      - sls: inventory.config.file
