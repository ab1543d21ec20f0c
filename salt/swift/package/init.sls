# Where the image brings the packages there is no apt, and nothing to do.
{%- from 'swift/map.jinja' import swift with context %}
{%- set wanted = [] %}
{%- for role in swift.roles %}{% do wanted.extend(swift.packages[role]) %}{% endfor %}

swift-package:
  {%- if swift.install and wanted %}
  pkg.installed:
    - pkgs: {{ wanted | unique | json }}
  {%- else %}
  test.nop: []
  {%- endif %}
