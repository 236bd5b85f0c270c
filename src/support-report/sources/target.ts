import { isSocketFolder } from '../../database/host-and-port.js';
import type { DirectTarget, Target } from '../../database/target.js';
import type { Redactor } from '../redaction/redactor.js';

export function targetFacts(target: Target, redactor: Redactor) {
  const direct = target.kind === 'direct' ? target : undefined;
  return {
    kind: target.kind,
    container: target.kind === 'docker' ? redactor.text(target.container) : null,
    host: direct ? redactor.host(direct.host) : null,
    port: direct && !isSocketFolder(direct.host) ? direct.port : null,
    database: redactor.text(target.database),
    user: redactor.user(target.user),
    encryption: direct ? encryption(direct) : null,
    reason: redactor.text(target.reason),
  };
}

function encryption({ ssl }: DirectTarget): 'disable' | 'allow' | 'prefer' | 'require' {
  return typeof ssl === 'string' ? ssl : 'require';
}
