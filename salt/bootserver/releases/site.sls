# The site's files as an archive that the kernel unpacks to /site, and the initrd lays over the root, folders' modes too. It
# has secrets: on this machine only root and nginx may read it, and nginx gives it to bootserver:site_networks.
{%- from 'bootserver/map.jinja' import bootserver with context %}
{%- set folder = bootserver.root ~ '/.site' %}
{%- set archive = 'find site | LC_ALL=C sort | cpio --quiet --create --format=newc --reproducible --owner=0:0' %}

{#- All folders, each with its mode before anything is put into it: 0755, not the file's with an x, which is Salt's own and
    with which a token in /etc would close /etc. #}
{%- set folders = {} %}
{%- for path, file in bootserver.site | dictsort %}
{%-   set parts = path.split('/') %}
{%-   for depth in range(1, parts | length) %}
{%-     do folders.setdefault(parts[:depth] | join('/'), '0755') %}
{%-   endfor %}
{%-   if 'contents' not in file %}{% do folders.update({path: file.get('mode', '0755')}) %}{% endif %}
{%- endfor %}

include:
  - bootserver.package

bootserver-releases-site-closed:
  file.directory:
    - name: {{ folder | json }}
    - mode: '0700'
    - makedirs: true
    - require:
      - sls: bootserver.package

bootserver-releases-site-folder:
  file.directory:
    - name: {{ (folder ~ '/site') | json }}
    - mode: '0755'
    - clean: true
    - require:
      - file: bootserver-releases-site-closed
      {%- for path in (folders.keys() | list + bootserver.site.keys() | list) | unique | sort %}
      - file: bootserver-releases-site-{{ path }}
      {%- endfor %}
{% for path, mode in folders | dictsort %}
bootserver-releases-site-{{ path }}:
  file.directory:
    - name: {{ (folder ~ '/site/' ~ path) | json }}
    - mode: {{ mode | json }}
    - makedirs: true
    - require:
      - file: bootserver-releases-site-{{ path.rpartition('/')[0] or 'closed' }}
{% endfor %}
{%- for path, file in bootserver.site | dictsort if 'contents' in file %}
bootserver-releases-site-{{ path }}:
  file.managed:
    - name: {{ (folder ~ '/site/' ~ path) | json }}
    - contents_pillar: {{ ('bootserver|site|' ~ path ~ '|contents') | json }}
    - contents_delimiter: '|'
    - mode: {{ file.get('mode', '0644') | json }}
    - show_changes: false
    - require:
      - file: bootserver-releases-site-{{ path.rpartition('/')[0] or 'closed' }}
{% endfor %}
# One rename at the end: no machine gets half an archive. The second one mends what a run before didn't bring to its end.
{%- for state, condition in {'archive': 'onchanges', 'whole': 'unless'} | dictsort %}
bootserver-releases-site-{{ state }}:
  cmd.run:
    - name: >-
        umask 077 && {{ archive }} > ../.site.cpio &&
        chgrp "$READER" ../.site.cpio && chmod 0640 ../.site.cpio && mv ../.site.cpio ../site.cpio
    - env:
      - READER: {{ bootserver.user | json }}
    - cwd: {{ folder | json }}
    {%- if condition == 'onchanges' %}
    - onchanges:
      - file: bootserver-releases-site-folder
      {%- for path in (folders.keys() | list + bootserver.site.keys() | list) | unique | sort %}
      - file: bootserver-releases-site-{{ path }}
      {%- endfor %}
    {%- else %}
    - unless: {{ archive }} | cmp -s - ../site.cpio && test "$(stat -c %a:%G ../site.cpio)" = "640:$READER"
    - require:
      - cmd: bootserver-releases-site-archive
    {%- endif %}
{% endfor %}
