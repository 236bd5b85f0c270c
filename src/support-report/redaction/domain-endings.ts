/** Top-level domains of countries (ISO 3166-1, as IANA's root zone lists them). */
const countries =
  'ac ad ae af ag ai al am ao aq ar at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz ' +
  'de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu ie il im in io iq ir it je jm jo jp ' +
  'ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl np nr nu nz om ' +
  'pa pe pf pg ph pk pm pn pr pt pw qa re ro ru rw sa sb sc sd se sg si sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn tr tt tv tw tz ua ug uk us uy uz ' +
  'va vc ve vg vi vn vu wf ws ye yt za zm zw';
const general =
  'com net org edu gov mil int biz app dev cloud tech xyz online site store shop host systems solutions digital network agency studio company group gmbh email live world ' +
  'academy space website work works zone services software engineering tools run build team page pro top vip club global media news blog design';
/** Endings that are used inside a network: RFC 6762, RFC 8375, and what Docker, Kubernetes and Consul use. */
const inside =
  'local localdomain internal intranet lan home corp private arpa example test invalid svc cluster consul docker vpn dmz ts fritz box priv domain';

/** What ends in one of these is a machine or a site. */
export const surelyDomain: ReadonlySet<string> = new Set(
  [...countries.split(' '), ...general.split(' '), ...inside.split(' ')].filter(
    (ending) => !['as', 'id', 'is', 'no', 'to', 'ts', 'so'].includes(ending),
  ),
);

/** These are endings of files and names of columns too, so one dot is not enough. */
export const perhapsDomain: ReadonlySet<string> = new Set([
  'as',
  'id',
  'is',
  'no',
  'to',
  'name',
  'info',
  'md',
  'py',
  'sh',
  'rs',
  'pl',
  'so',
  'ps',
  'cc',
  'ts',
  'mobi',
  'museum',
  'aero',
  'coop',
]);
