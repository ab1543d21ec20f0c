# Swift: what `swift:roles` names of proxy, storage and rings (who builds the rings; the others fetch them).
{%- from 'swift/map.jinja' import swift with context %}

include:
  - .package
  - .config
  {%- if 'rings' in swift.roles %}
  - .rings.build
  {%- endif %}
  {%- if 'proxy' in swift.roles or 'storage' in swift.roles %}
  - .rings.fetch
  {%- endif %}
  {%- if 'proxy' in swift.roles %}
  - .proxy
  {%- endif %}
  {%- if 'storage' in swift.roles %}
  - .storage
  {%- endif %}
