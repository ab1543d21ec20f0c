# boot.ipxe for all, and a script for each machine, with the release that its pointer names now: an id is in its address
# and in its initrd, so that kernel, initrd and root of two releases are never mixed.
{%- from 'bootserver/map.jinja' import bootserver with context %}
{%- set url = 'http://' ~ bootserver.address ~ ('' if bootserver.port == 80 else ':' ~ bootserver.port) %}
{%- set words = [] %}
{%- for line in salt['cp.get_file_str']('salt://bootserver/files/cmdline').splitlines() %}
{%-   set word = line.split('#')[0].strip() %}
{%-   if word %}{% do words.append(word) %}{% endif %}
{%- endfor %}

include:
  - bootserver.releases.pointers

bootserver-releases-scripts-boot:
  file.managed:
    - name: {{ (bootserver.root ~ '/boot.ipxe') | json }}
    - contents: {{ salt['cp.get_file_str']('salt://bootserver/files/boot.ipxe') | replace('@boot@', url) | json }}
    - mode: '0644'
    - makedirs: true
{% for uuid, machine in bootserver.machines | dictsort %}
{%- set pointer = machine.get('release', 'current') %}
{%- set release = bootserver.releases.get(pointer, '') %}
{%- set line = words + bootserver.command_line + ['footing.base=' ~ url ~ '/image', 'footing.release=' ~ release, 'systemd.hostname=' ~ machine.name] %}
bootserver-releases-scripts-{{ uuid | lower }}:
  {%- if not release %}
  refused.because:
    - sentence: {{ (machine.name ~ " is to boot the release '" ~ pointer ~ "', which bootserver:releases doesn't name") | json }}
  {%- else %}
  file.managed:
    - name: {{ (bootserver.root ~ '/server/' ~ (uuid | lower) ~ '.ipxe') | json }}
    - contents: {{ salt['cp.get_file_str']('salt://bootserver/files/server.ipxe') | replace('@boot@', url)
        | replace('@release@', release) | replace('@name@', machine.name) | replace('@cmdline@', line | join(' ')) | json }}
    - mode: '0644'
    - makedirs: true
    - require:
      - file: bootserver-releases-pointers-{{ pointer }}
  {%- endif %}
{% endfor %}
