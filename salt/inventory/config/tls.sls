# Certificate, chain and key in one file, out of the pillar or of two files that something else renews. It is read before
# it replaces the old one: a key that isn't the certificate's, or one that has expired, changes nothing.
{%- from 'inventory/map.jinja' import inventory with context %}
{%- set tls = inventory.tls %}
{%- set check = grains.pythonexecutable ~ ' ' ~ salt['cp.cache_file']('salt://inventory/files/check_pair.py') %}
{%- set wrong = tls and (tls.keys() | sort) not in (['certificate', 'key'], ['certificate_file', 'key_file']) %}

include:
  - inventory.package

inventory-config-tls:
  {%- if wrong %}
  refused.because:
    - sentence: inventory:tls needs certificate and key, or certificate_file and key_file
  {%- elif 'certificate' in tls %}
  file.managed:
    - name: {{ inventory.tls_file | json }}
    - contents_pillar: ['inventory:tls:certificate', 'inventory:tls:key']
    - user: root
    - group: {{ inventory.user | json }}
    - mode: '0640'
    - dir_mode: '0755'
    - makedirs: true
    - show_changes: false
    - check_cmd: {{ check | json }}
  {%- elif tls %}
  cmd.run:
    - name: >-
        umask 077 && mkdir -p -m 0755 "$(dirname "$FILE")" && cat "$CERTIFICATE" "$KEY" > "$FILE.new" && $CHECK "$FILE.new" &&
        chgrp "$READER" "$FILE.new" && chmod 0640 "$FILE.new" && mv "$FILE.new" "$FILE"
    - unless: cat "$CERTIFICATE" "$KEY" | cmp -s - "$FILE" && test "$(stat -c %a:%U:%G "$FILE")" = "640:root:$READER"
    - env:
      - FILE: {{ inventory.tls_file | json }}
      - CERTIFICATE: {{ tls.certificate_file | json }}
      - KEY: {{ tls.key_file | json }}
      - READER: {{ inventory.user | json }}
      - CHECK: {{ check | json }}
  {%- else %}
  file.absent:
    - name: {{ inventory.tls_file | json }}
  {%- endif %}
    - require:
      - sls: inventory.package.user
