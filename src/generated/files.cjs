/* Made from schemas/ by `make types`. Do not edit. */
"use strict";
exports.config = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://bailiff.example.org/schemas/bailiff.schema.json","title":"Configuration","description":"The configuration of bailiff: bailiff.json, and conf.d/*.json beside it, merged in the order of their names. Objects are merged, lists and values replace. Comments and trailing commas are allowed.","type":"object","additionalProperties":false,"properties":{"$schema":{"type":"string","description":"Where this schema is, for editors."},"sources":{"type":"array","maxItems":64,"items":{"$ref":"#/$defs/source"},"default":[{"type":"journal"}],"description":"Where log entries come from. Without it: the journal of this machine."},"firewall":{"type":"object","additionalProperties":false,"default":{},"description":"Where bans are carried out.","properties":{"backend":{"enum":["auto","nftables","iptables","none"],"default":"auto","description":"`auto` takes nftables, else iptables with ipset, else plain iptables, whichever works here; where none does, it tries again by the minute. `none` only tells what it would do."},"log":{"type":"boolean","default":false,"description":"Let the kernel log dropped packets, ten a minute at the most (nftables only)."},"counters":{"type":"boolean","default":false,"description":"Count packets of each banned address. Costs kernel memory; needs nft 1.0.6 or newer (nftables only)."},"egress":{"type":"boolean","default":false,"description":"Also drop what this machine sends to a banned address (nftables only)."}}},"state":{"type":"object","additionalProperties":false,"default":{},"description":"What must outlive a restart: bans, their history, and how far each source was read.","properties":{"directory":{"type":"string","minLength":1,"maxLength":4096,"default":"/var/lib/bailiff","description":"Where the database bailiff.sqlite is kept. A relative path counts from the configuration file."},"dbpurgeage":{"$ref":"#/$defs/duration","default":"7d","description":"How long ended bans are remembered, so that bans of those who come back can grow."}}},"control":{"type":"object","additionalProperties":false,"default":{},"description":"How `bailiff status`, `ban` and the others reach the agent.","properties":{"socket":{"type":"string","minLength":1,"maxLength":100,"default":"/run/bailiff/control.sock","description":"Unix socket for all commands; who may write to it may ban. A relative path counts from the configuration file."},"statussocket":{"type":"string","minLength":1,"maxLength":100,"description":"Unix socket that answers only questions (status, banned, …). None unless given or passed by systemd."}}},"filters":{"type":"object","additionalProperties":false,"default":{},"description":"Your own filters.","properties":{"directory":{"type":"string","minLength":1,"maxLength":4096,"default":"/etc/bailiff/filters","description":"Folder of *.json filter definitions, added to the shipped ones; a file of the same name takes the place of a shipped filter, or extends it. A relative path counts from the configuration file."}}},"protect":{"type":"object","additionalProperties":false,"default":{},"description":"Who is never banned, besides ignoreip: loopback, multicast and link-local addresses, gateways and resolvers of this machine always.","properties":{"sessions":{"type":"boolean","default":true,"description":"Addresses with an established connection to a port of sshd, so that an admin who is logged in cannot be shut out: those that logged in, for jails. Any other user who is logged in is spared as well, whatever he tries meanwhile, and each time it is told: false where users are not trusted."},"sessionports":{"$ref":"filter.schema.json#/$defs/ports","default":["ssh"],"description":"Ports whose established connections count as an admin's."},"private":{"type":"boolean","default":false,"description":"Private addresses too: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7."}}},"log":{"type":"object","additionalProperties":false,"default":{},"description":"What the agent says.","properties":{"level":{"enum":["error","warning","notice","info","debug"],"default":"info","description":"The least important kind that is told: bans are `notice`, failures found are `info`."}}},"limits":{"type":"object","additionalProperties":false,"default":{},"description":"Bounds of memory.","properties":{"sources":{"type":"integer","minimum":1000,"maximum":10000000,"default":100000,"description":"Addresses whose failures are counted at the same time, over all jails. The longest unseen make room."}}},"escalation":{"type":"object","additionalProperties":false,"required":["bans"],"description":"A second, longer ban on all ports for whoever was banned so often in any jails: simpler than the jail recidive. Off unless given.","properties":{"bans":{"type":"integer","minimum":2,"maximum":1000,"description":"How many bans."},"findtime":{"$ref":"#/$defs/duration","default":"1d","description":"Within how long."},"bantime":{"$ref":"#/$defs/duration","default":"1w","description":"How long the second ban lasts."}}},"defaults":{"$ref":"#/$defs/jailOptions","default":{},"description":"What every jail starts from."},"jails":{"type":"object","maxProperties":512,"default":{},"propertyNames":{"pattern":"^[a-z][a-z0-9_-]{0,30}$"},"additionalProperties":{"$ref":"#/$defs/jail"},"description":"What is watched. A jail without `filter` uses the filter of its own name: \"sshd\": {} is complete."}},"$defs":{"duration":{"anyOf":[{"type":"number","minimum":-1},{"type":"string","maxLength":40}],"description":"Seconds, or a text like \"10m\", \"1h30m\", \"7d\"; -1 or \"forever\" never ends."},"network":{"type":"string","minLength":2,"maxLength":64,"description":"An address or a prefix: \"192.0.2.7\", \"2001:db8::/32\"."},"sourceName":{"type":"string","pattern":"^[a-z0-9][a-z0-9_.-]{0,39}$"},"source":{"type":"object","required":["type"],"discriminator":{"propertyName":"type"},"oneOf":[{"$ref":"#/$defs/journalSource"},{"$ref":"#/$defs/syslogSource"}]},"journalSource":{"type":"object","title":"Journal source","description":"Entries of the systemd journal.","additionalProperties":false,"required":["type"],"properties":{"type":{"const":"journal"},"name":{"$ref":"#/$defs/sourceName","description":"How status calls it; must be unique. Default: made from the rest."},"directory":{"type":"string","minLength":1,"maxLength":4096,"description":"Read the journal files of this folder in place of this machine's own journal."},"namespaces":{"type":"array","maxItems":16,"items":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"},"default":[],"description":"Journal namespaces (LogNamespace= of a unit) to read besides the default one."},"trust":{"enum":["local","remote"],"description":"`remote`: the journals were uploaded by other machines, which can write in them what they like; only jails that name this source in `sources` believe them. Default: remote for a directory below /var/log/journal/remote, else local."}}},"syslogSource":{"type":"object","title":"Syslog source","description":"What other machines, routers and appliances send by syslog (RFC 3164, RFC 5424).","additionalProperties":false,"required":["type","listen"],"properties":{"type":{"const":"syslog"},"name":{"$ref":"#/$defs/sourceName","description":"How status calls it; must be unique. Default: made from the rest."},"listen":{"type":"array","minItems":1,"maxItems":32,"items":{"$ref":"#/$defs/listen"},"description":"Where to listen."},"senders":{"type":"array","maxItems":4096,"items":{"$ref":"#/$defs/sender"},"description":"Who may send. Without it only this machine may, and only loopback addresses can be listened on."},"tls":{"type":"object","additionalProperties":false,"required":["certificate","key","ca"],"description":"Files for listeners with protocol tls. A reload reads them again when they have changed.","properties":{"certificate":{"type":"string","minLength":1,"maxLength":4096,"description":"This machine's certificate chain, PEM."},"key":{"type":"string","minLength":1,"maxLength":4096,"description":"Its key, PEM."},"ca":{"type":"string","minLength":1,"maxLength":4096,"description":"Certificates of the authorities that sign the senders' certificates, PEM."}}},"receivebuffer":{"type":"integer","minimum":65536,"maximum":1073741824,"default":4194304,"description":"Bytes the kernel keeps for UDP while the agent is busy; bounded by the sysctl net.core.rmem_max."}}},"listen":{"type":"object","additionalProperties":false,"required":["protocol"],"properties":{"protocol":{"enum":["udp","tcp","tls"],"description":"tls is RFC 5425, with client certificates."},"address":{"type":"string","minLength":2,"maxLength":64,"default":"127.0.0.1","description":"Own address to listen on; \"::\" is every address, IPv4 and IPv6."},"port":{"type":"integer","minimum":1,"maximum":65535,"description":"Default: 514, for tls 6514."},"socket":{"type":"string","pattern":"^[A-Za-z0-9_.-]{1,64}$","description":"Take the socket of this FileDescriptorName= that systemd passes, in place of address and port."}}},"sender":{"type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$","description":"Who it is, in status and in counts."},"addresses":{"type":"array","minItems":1,"maxItems":1024,"items":{"$ref":"#/$defs/network"},"description":"Addresses or prefixes it sends from."},"tlsName":{"type":"string","minLength":1,"maxLength":253,"description":"Name in its client certificate, for tls."},"jails":{"type":"array","maxItems":512,"items":{"type":"string","maxLength":31},"description":"Jails it may accuse in. Default: all."},"trust":{"enum":["full","limited"],"default":"limited","description":"`limited`: its failures are counted apart from those of others, its bans last an hour at most and do not grow, and a login that it tells of spares nobody."},"ratePerSecond":{"type":"integer","minimum":1,"maximum":1000000,"default":2000,"description":"Messages a second; more are dropped and counted."},"maxBansPerHour":{"type":"integer","minimum":1,"maximum":1000000,"default":600,"description":"Bans it may cause in an hour; over that, its accusations are not believed until the hour is over, and this is told."},"timezone":{"type":"string","maxLength":64,"description":"Zone of its time stamps without one (\"Europe/Vienna\"); UTC when absent. Counting goes by the time of arrival; `bailiff status` tells of a sender whose own times are five minutes off or more."}}},"jailOptions":{"type":"object","title":"Jail options","additionalProperties":false,"properties":{"enabled":{"type":"boolean","default":true,"description":"false: the jail is kept but not watched."},"maxretry":{"type":"integer","minimum":1,"maximum":10000,"default":5,"description":"Failures that deserve a ban."},"findtime":{"$ref":"#/$defs/duration","default":"10m","description":"Time within which they must happen."},"bantime":{"$ref":"#/$defs/duration","default":"10m","description":"How long a ban lasts; -1 or \"forever\" never ends."},"ignoreip":{"type":"array","maxItems":10000,"items":{"type":"string","minLength":1,"maxLength":255},"default":[],"description":"Never banned: addresses and prefixes (\"192.0.2.7\", \"2001:db8::/32\"), host names (asked for again by their TTL, 30 seconds to an hour; the last good answer holds, over restarts too; 256 addresses at the most), and \"file:/path\" lists of addresses, one on a line, read again when they change. A jail's own list takes the place of the one of `defaults`."},"ports":{"$ref":"filter.schema.json#/$defs/ports","description":"Ports that a ban closes. Default: those of the filter."},"protocols":{"$ref":"filter.schema.json#/$defs/protocols","description":"Protocols that go with the ports. Default: those of the filter, else tcp. With all ports a ban closes everything, unless the jail itself names protocols."},"blocktype":{"enum":["drop","reject"],"default":"drop","description":"`drop` says nothing to the offender, `reject` refuses at once."},"prefix4":{"type":"integer","minimum":24,"maximum":32,"default":32,"description":"IPv4 addresses that share this many leading bits are counted and banned as one."},"prefix6":{"type":"integer","minimum":48,"maximum":128,"default":64,"description":"The same for IPv6, where one subscriber has a /64 or more."},"maxmatches":{"type":"integer","minimum":0,"maximum":100,"default":5,"description":"Log lines kept with a ban, for the latest 1,000 bans since the start: `bailiff banned ADDRESS` shows them."},"dryrun":{"type":"boolean","default":false,"description":"Only tell whom the jail would ban."},"bantime.increment":{"type":"boolean","default":false,"description":"Bans grow for those who come back: see bantime.multipliers, bantime.formula and bantime.factor."},"bantime.factor":{"type":"number","minimum":0.01,"maximum":10000,"default":1,"description":"The grown ban is multiplied by this."},"bantime.multipliers":{"type":"array","minItems":1,"maxItems":64,"items":{"type":"number","exclusiveMinimum":0,"maximum":1000000},"description":"The n-th is for a source with n bans behind it, the last for all further: [1, 2, 4, 8, 16, 32, 64]. In place of the formula."},"bantime.formula":{"type":"string","minLength":1,"maxLength":400,"description":"How long in seconds, from ban.Time (bantime), ban.Count (bans so far) and banFactor, with + - * / ** << min max floor ceil round exp log and `a if condition else b`. Default: ban.Time * 2 ** ban.Count * banFactor."},"bantime.maxtime":{"$ref":"#/$defs/duration","description":"No grown ban is longer."},"bantime.rndtime":{"$ref":"#/$defs/duration","description":"Up to this much is added to a grown ban by chance."},"bantime.overalljails":{"type":"boolean","default":false,"description":"Bans of all jails count, not of this one alone."},"bantime.decay":{"$ref":"#/$defs/duration","description":"For each such time without a ban, one earlier ban is forgotten."},"knownoffenders":{"type":"boolean","default":true,"description":"With bantime.increment: a failure of somebody with n bans behind him counts 2^n/2 + 1 times, as fail2ban does it."},"forgive":{"enum":["no","forget","shorten"],"default":"no","description":"What a successful login does for failures of the same address: nothing; makes them forgotten, once within findtime; or makes a ban within findtime of it a tenth as long, an hour at the most. Whoever has one good account, his own or a guessed one, has it too: with `forget` he may guess at others twice as often, with `shorten` ten times as long. So it is off unless given; bantime.increment and escalation hold with it."},"spread4":{"type":"object","additionalProperties":false,"required":["count","length"],"properties":{"count":{"type":"integer","minimum":2,"maximum":65535,"description":"How many different sources."},"length":{"type":"integer","description":"Leading bits that they share.","minimum":24,"maximum":31}},"description":"So many different IPv4 sources of one wider prefix within findtime ban the whole prefix: { \"count\": 10, \"length\": 24 }. Off unless given."},"spread6":{"type":"object","additionalProperties":false,"required":["count","length"],"properties":{"count":{"type":"integer","minimum":2,"maximum":65535,"description":"How many different sources."},"length":{"type":"integer","description":"Leading bits that they share.","minimum":48,"maximum":127}},"description":"So many different IPv6 sources of one wider prefix within findtime ban the whole prefix: { \"count\": 10, \"length\": 56 }. Off unless given."},"ignorecommand":{"type":"array","minItems":1,"maxItems":32,"items":{"type":"string","minLength":1,"maxLength":1024},"description":"A program that is asked before a ban, with its arguments: exit status 0 means \"do not ban\". <ip> stands for the address. Run without a shell, as the agent's user, for 5 seconds at the most; its answer holds for five minutes; when it fails, or more are to be asked about than it answers for in ten seconds, the ban goes on."}}},"jail":{"type":"object","title":"Jail","additionalProperties":false,"properties":{"filter":{"$ref":"filter.schema.json#/$defs/name","description":"Name of the filter. Default: the jail's own name."},"mode":{"$ref":"filter.schema.json#/$defs/name","description":"Mode of the filter: see `bailiff filter show`."},"enabled":{"$ref":"#/$defs/jailOptions/properties/enabled"},"maxretry":{"$ref":"#/$defs/jailOptions/properties/maxretry"},"findtime":{"$ref":"#/$defs/jailOptions/properties/findtime"},"bantime":{"$ref":"#/$defs/jailOptions/properties/bantime"},"ignoreip":{"$ref":"#/$defs/jailOptions/properties/ignoreip"},"ports":{"$ref":"#/$defs/jailOptions/properties/ports"},"protocols":{"$ref":"#/$defs/jailOptions/properties/protocols"},"blocktype":{"$ref":"#/$defs/jailOptions/properties/blocktype"},"prefix4":{"$ref":"#/$defs/jailOptions/properties/prefix4"},"prefix6":{"$ref":"#/$defs/jailOptions/properties/prefix6"},"maxmatches":{"$ref":"#/$defs/jailOptions/properties/maxmatches"},"dryrun":{"$ref":"#/$defs/jailOptions/properties/dryrun"},"bantime.increment":{"$ref":"#/$defs/jailOptions/properties/bantime.increment"},"bantime.factor":{"$ref":"#/$defs/jailOptions/properties/bantime.factor"},"bantime.multipliers":{"$ref":"#/$defs/jailOptions/properties/bantime.multipliers"},"bantime.formula":{"$ref":"#/$defs/jailOptions/properties/bantime.formula"},"bantime.maxtime":{"$ref":"#/$defs/jailOptions/properties/bantime.maxtime"},"bantime.rndtime":{"$ref":"#/$defs/jailOptions/properties/bantime.rndtime"},"bantime.overalljails":{"$ref":"#/$defs/jailOptions/properties/bantime.overalljails"},"bantime.decay":{"$ref":"#/$defs/jailOptions/properties/bantime.decay"},"knownoffenders":{"$ref":"#/$defs/jailOptions/properties/knownoffenders"},"forgive":{"$ref":"#/$defs/jailOptions/properties/forgive"},"spread4":{"$ref":"#/$defs/jailOptions/properties/spread4"},"spread6":{"$ref":"#/$defs/jailOptions/properties/spread6"},"sources":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/$defs/sourceName"},"description":"Names of the sources it listens to. Default: all but journals of trust `remote`."},"failregex":{"$ref":"filter.schema.json#/$defs/patterns","description":"More patterns of failures, added to the filter's: see bailiff-filter(5)."},"ignoreregex":{"type":"array","maxItems":256,"items":{"type":"string","minLength":1,"maxLength":4096},"description":"More exceptions, added to the filter's."},"identifiers":{"type":"array","maxItems":64,"items":{"type":"string","maxLength":128},"description":"More identifiers that the filter reads here."},"units":{"type":"array","maxItems":64,"items":{"type":"string","minLength":1,"maxLength":256},"description":"More systemd units whose lines this jail believes: for a unit that has another name here."},"uids":{"type":"array","maxItems":32,"items":{"anyOf":[{"type":"integer","minimum":0,"maximum":4294967294},{"type":"string","pattern":"^[a-z_][a-z0-9_.-]{0,31}$"}]},"description":"More users whose lines this jail believes."},"transports":{"type":"array","minItems":1,"uniqueItems":true,"items":{"enum":["syslog","journal","stdout","kernel","audit"]},"description":"More ways into the journal that this jail believes."},"container":{"type":"string","minLength":1,"maxLength":128,"description":"Name of the containers (`*` stands for any characters) whose lines this jail believes."},"ignorecommand":{"$ref":"#/$defs/jailOptions/properties/ignorecommand"}}}}};
const schema40 = {"anyOf":[{"type":"number","minimum":-1},{"type":"string","maxLength":40}],"description":"Seconds, or a text like \"10m\", \"1h30m\", \"7d\"; -1 or \"forever\" never ends."};
const schema43 = {"anyOf":[{"const":"all"},{"type":"array","minItems":1,"maxItems":64,"items":{"anyOf":[{"type":"integer","minimum":1,"maximum":65535},{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"}]}}],"description":"\"all\", or a list of port numbers, ranges \"6000-6010\" and names of /etc/services."};
const func1 = Object.prototype.hasOwnProperty;
const func2 = require("ajv/dist/runtime/ucs2length").default;
const schema32 = {"type":"object","required":["type"],"discriminator":{"propertyName":"type"},"oneOf":[{"$ref":"#/$defs/journalSource"},{"$ref":"#/$defs/syslogSource"}]};
const schema33 = {"type":"object","title":"Journal source","description":"Entries of the systemd journal.","additionalProperties":false,"required":["type"],"properties":{"type":{"const":"journal"},"name":{"$ref":"#/$defs/sourceName","description":"How status calls it; must be unique. Default: made from the rest."},"directory":{"type":"string","minLength":1,"maxLength":4096,"description":"Read the journal files of this folder in place of this machine's own journal."},"namespaces":{"type":"array","maxItems":16,"items":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"},"default":[],"description":"Journal namespaces (LogNamespace= of a unit) to read besides the default one."},"trust":{"enum":["local","remote"],"description":"`remote`: the journals were uploaded by other machines, which can write in them what they like; only jails that name this source in `sources` believe them. Default: remote for a directory below /var/log/journal/remote, else local."}}};
const schema34 = {"type":"string","pattern":"^[a-z0-9][a-z0-9_.-]{0,39}$"};
const pattern4 = new RegExp("^[a-z0-9][a-z0-9_.-]{0,39}$", "u");
const pattern5 = new RegExp("^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "u");

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.namespaces === undefined){
data.namespaces = [];
}
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema33.required,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "type") || (key0 === "name")) || (key0 === "directory")) || (key0 === "namespaces")) || (key0 === "trust"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.type !== undefined){
let data0 = data.type;
if("journal" !== data0){
const err2 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "journal"},message:"must be equal to constant",schema:"journal",parentSchema:schema33.properties.type,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
let data1 = data.name;
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/$defs/sourceName/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_.-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_.-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_.-]{0,39}$",parentSchema:schema34,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/name",schemaPath:"#/$defs/sourceName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema34.type,parentSchema:schema34,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.directory !== undefined){
let data2 = data.directory;
if(typeof data2 === "string"){
if(func2(data2) > 4096){
const err5 = {instancePath:instancePath+"/directory",schemaPath:"#/properties/directory/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema33.properties.directory,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(func2(data2) < 1){
const err6 = {instancePath:instancePath+"/directory",schemaPath:"#/properties/directory/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema33.properties.directory,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/directory",schemaPath:"#/properties/directory/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.properties.directory.type,parentSchema:schema33.properties.directory,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
let data3 = data.namespaces;
if(Array.isArray(data3)){
if(data3.length > 16){
const err8 = {instancePath:instancePath+"/namespaces",schemaPath:"#/properties/namespaces/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema33.properties.namespaces,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
let data4 = data3[i0];
if(typeof data4 === "string"){
if(!pattern5.test(data4)){
const err9 = {instancePath:instancePath+"/namespaces/" + i0,schemaPath:"#/properties/namespaces/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",parentSchema:schema33.properties.namespaces.items,data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/namespaces/" + i0,schemaPath:"#/properties/namespaces/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema33.properties.namespaces.items.type,parentSchema:schema33.properties.namespaces.items,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/namespaces",schemaPath:"#/properties/namespaces/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.properties.namespaces.type,parentSchema:schema33.properties.namespaces,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.trust !== undefined){
let data5 = data.trust;
if(!((data5 === "local") || (data5 === "remote"))){
const err12 = {instancePath:instancePath+"/trust",schemaPath:"#/properties/trust/enum",keyword:"enum",params:{allowedValues: schema33.properties.trust.enum},message:"must be equal to one of the allowed values",schema:schema33.properties.trust.enum,parentSchema:schema33.properties.trust,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema33.type,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema35 = {"type":"object","title":"Syslog source","description":"What other machines, routers and appliances send by syslog (RFC 3164, RFC 5424).","additionalProperties":false,"required":["type","listen"],"properties":{"type":{"const":"syslog"},"name":{"$ref":"#/$defs/sourceName","description":"How status calls it; must be unique. Default: made from the rest."},"listen":{"type":"array","minItems":1,"maxItems":32,"items":{"$ref":"#/$defs/listen"},"description":"Where to listen."},"senders":{"type":"array","maxItems":4096,"items":{"$ref":"#/$defs/sender"},"description":"Who may send. Without it only this machine may, and only loopback addresses can be listened on."},"tls":{"type":"object","additionalProperties":false,"required":["certificate","key","ca"],"description":"Files for listeners with protocol tls. A reload reads them again when they have changed.","properties":{"certificate":{"type":"string","minLength":1,"maxLength":4096,"description":"This machine's certificate chain, PEM."},"key":{"type":"string","minLength":1,"maxLength":4096,"description":"Its key, PEM."},"ca":{"type":"string","minLength":1,"maxLength":4096,"description":"Certificates of the authorities that sign the senders' certificates, PEM."}}},"receivebuffer":{"type":"integer","minimum":65536,"maximum":1073741824,"default":4194304,"description":"Bytes the kernel keeps for UDP while the agent is busy; bounded by the sysctl net.core.rmem_max."}}};
const schema37 = {"type":"object","additionalProperties":false,"required":["protocol"],"properties":{"protocol":{"enum":["udp","tcp","tls"],"description":"tls is RFC 5425, with client certificates."},"address":{"type":"string","minLength":2,"maxLength":64,"default":"127.0.0.1","description":"Own address to listen on; \"::\" is every address, IPv4 and IPv6."},"port":{"type":"integer","minimum":1,"maximum":65535,"description":"Default: 514, for tls 6514."},"socket":{"type":"string","pattern":"^[A-Za-z0-9_.-]{1,64}$","description":"Take the socket of this FileDescriptorName= that systemd passes, in place of address and port."}}};
const pattern7 = new RegExp("^[A-Za-z0-9_.-]{1,64}$", "u");
const schema38 = {"type":"object","additionalProperties":false,"required":["name"],"properties":{"name":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$","description":"Who it is, in status and in counts."},"addresses":{"type":"array","minItems":1,"maxItems":1024,"items":{"$ref":"#/$defs/network"},"description":"Addresses or prefixes it sends from."},"tlsName":{"type":"string","minLength":1,"maxLength":253,"description":"Name in its client certificate, for tls."},"jails":{"type":"array","maxItems":512,"items":{"type":"string","maxLength":31},"description":"Jails it may accuse in. Default: all."},"trust":{"enum":["full","limited"],"default":"limited","description":"`limited`: its failures are counted apart from those of others, its bans last an hour at most and do not grow, and a login that it tells of spares nobody."},"ratePerSecond":{"type":"integer","minimum":1,"maximum":1000000,"default":2000,"description":"Messages a second; more are dropped and counted."},"maxBansPerHour":{"type":"integer","minimum":1,"maximum":1000000,"default":600,"description":"Bans it may cause in an hour; over that, its accusations are not believed until the hour is over, and this is told."},"timezone":{"type":"string","maxLength":64,"description":"Zone of its time stamps without one (\"Europe/Vienna\"); UTC when absent. Counting goes by the time of arrival; `bailiff status` tells of a sender whose own times are five minutes off or more."}}};
const schema39 = {"type":"string","minLength":2,"maxLength":64,"description":"An address or a prefix: \"192.0.2.7\", \"2001:db8::/32\"."};
const pattern8 = new RegExp("^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$", "u");

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate24.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.trust === undefined){
data.trust = "limited";
}
if(data.ratePerSecond === undefined){
data.ratePerSecond = 2000;
}
if(data.maxBansPerHour === undefined){
data.maxBansPerHour = 600;
}
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'",schema:schema38.required,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((((((((key0 === "name") || (key0 === "addresses")) || (key0 === "tlsName")) || (key0 === "jails")) || (key0 === "trust")) || (key0 === "ratePerSecond")) || (key0 === "maxBansPerHour")) || (key0 === "timezone"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.name !== undefined){
let data0 = data.name;
if(typeof data0 === "string"){
if(!pattern8.test(data0)){
const err2 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$",parentSchema:schema38.properties.name,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/name",schemaPath:"#/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema38.properties.name.type,parentSchema:schema38.properties.name,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.addresses !== undefined){
let data1 = data.addresses;
if(Array.isArray(data1)){
if(data1.length > 1024){
const err4 = {instancePath:instancePath+"/addresses",schemaPath:"#/properties/addresses/maxItems",keyword:"maxItems",params:{limit: 1024},message:"must NOT have more than 1024 items",schema:1024,parentSchema:schema38.properties.addresses,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data1.length < 1){
const err5 = {instancePath:instancePath+"/addresses",schemaPath:"#/properties/addresses/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema38.properties.addresses,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(typeof data2 === "string"){
if(func2(data2) > 64){
const err6 = {instancePath:instancePath+"/addresses/" + i0,schemaPath:"#/$defs/network/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema39,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(func2(data2) < 2){
const err7 = {instancePath:instancePath+"/addresses/" + i0,schemaPath:"#/$defs/network/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters",schema:2,parentSchema:schema39,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/addresses/" + i0,schemaPath:"#/$defs/network/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema39.type,parentSchema:schema39,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/addresses",schemaPath:"#/properties/addresses/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema38.properties.addresses.type,parentSchema:schema38.properties.addresses,data:data1};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.tlsName !== undefined){
let data3 = data.tlsName;
if(typeof data3 === "string"){
if(func2(data3) > 253){
const err10 = {instancePath:instancePath+"/tlsName",schemaPath:"#/properties/tlsName/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters",schema:253,parentSchema:schema38.properties.tlsName,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(func2(data3) < 1){
const err11 = {instancePath:instancePath+"/tlsName",schemaPath:"#/properties/tlsName/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema38.properties.tlsName,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/tlsName",schemaPath:"#/properties/tlsName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema38.properties.tlsName.type,parentSchema:schema38.properties.tlsName,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.jails !== undefined){
let data4 = data.jails;
if(Array.isArray(data4)){
if(data4.length > 512){
const err13 = {instancePath:instancePath+"/jails",schemaPath:"#/properties/jails/maxItems",keyword:"maxItems",params:{limit: 512},message:"must NOT have more than 512 items",schema:512,parentSchema:schema38.properties.jails,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
if(typeof data5 === "string"){
if(func2(data5) > 31){
const err14 = {instancePath:instancePath+"/jails/" + i1,schemaPath:"#/properties/jails/items/maxLength",keyword:"maxLength",params:{limit: 31},message:"must NOT have more than 31 characters",schema:31,parentSchema:schema38.properties.jails.items,data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/jails/" + i1,schemaPath:"#/properties/jails/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema38.properties.jails.items.type,parentSchema:schema38.properties.jails.items,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/jails",schemaPath:"#/properties/jails/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema38.properties.jails.type,parentSchema:schema38.properties.jails,data:data4};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
let data6 = data.trust;
if(!((data6 === "full") || (data6 === "limited"))){
const err17 = {instancePath:instancePath+"/trust",schemaPath:"#/properties/trust/enum",keyword:"enum",params:{allowedValues: schema38.properties.trust.enum},message:"must be equal to one of the allowed values",schema:schema38.properties.trust.enum,parentSchema:schema38.properties.trust,data:data6};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
let data7 = data.ratePerSecond;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err18 = {instancePath:instancePath+"/ratePerSecond",schemaPath:"#/properties/ratePerSecond/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema38.properties.ratePerSecond.type,parentSchema:schema38.properties.ratePerSecond,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 1000000 || isNaN(data7)){
const err19 = {instancePath:instancePath+"/ratePerSecond",schemaPath:"#/properties/ratePerSecond/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema38.properties.ratePerSecond,data:data7};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data7 < 1 || isNaN(data7)){
const err20 = {instancePath:instancePath+"/ratePerSecond",schemaPath:"#/properties/ratePerSecond/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema38.properties.ratePerSecond,data:data7};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
let data8 = data.maxBansPerHour;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
const err21 = {instancePath:instancePath+"/maxBansPerHour",schemaPath:"#/properties/maxBansPerHour/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema38.properties.maxBansPerHour.type,parentSchema:schema38.properties.maxBansPerHour,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 > 1000000 || isNaN(data8)){
const err22 = {instancePath:instancePath+"/maxBansPerHour",schemaPath:"#/properties/maxBansPerHour/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema38.properties.maxBansPerHour,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data8 < 1 || isNaN(data8)){
const err23 = {instancePath:instancePath+"/maxBansPerHour",schemaPath:"#/properties/maxBansPerHour/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema38.properties.maxBansPerHour,data:data8};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.timezone !== undefined){
let data9 = data.timezone;
if(typeof data9 === "string"){
if(func2(data9) > 64){
const err24 = {instancePath:instancePath+"/timezone",schemaPath:"#/properties/timezone/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema38.properties.timezone,data:data9};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/timezone",schemaPath:"#/properties/timezone/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema38.properties.timezone.type,parentSchema:schema38.properties.timezone,data:data9};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema38.type,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}
validate24.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.receivebuffer === undefined){
data.receivebuffer = 4194304;
}
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema35.required,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.listen === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "listen"},message:"must have required property '"+"listen"+"'",schema:schema35.required,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "type") || (key0 === "name")) || (key0 === "listen")) || (key0 === "senders")) || (key0 === "tls")) || (key0 === "receivebuffer"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.type !== undefined){
let data0 = data.type;
if("syslog" !== data0){
const err3 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/const",keyword:"const",params:{allowedValue: "syslog"},message:"must be equal to constant",schema:"syslog",parentSchema:schema35.properties.type,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.name !== undefined){
let data1 = data.name;
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
const err4 = {instancePath:instancePath+"/name",schemaPath:"#/$defs/sourceName/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_.-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_.-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_.-]{0,39}$",parentSchema:schema34,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
else {
const err5 = {instancePath:instancePath+"/name",schemaPath:"#/$defs/sourceName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema34.type,parentSchema:schema34,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.listen !== undefined){
let data2 = data.listen;
if(Array.isArray(data2)){
if(data2.length > 32){
const err6 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items",schema:32,parentSchema:schema35.properties.listen,data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data2.length < 1){
const err7 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema35.properties.listen,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.address === undefined){
data3.address = "127.0.0.1";
}
if(data3.protocol === undefined){
const err8 = {instancePath:instancePath+"/listen/" + i0,schemaPath:"#/$defs/listen/required",keyword:"required",params:{missingProperty: "protocol"},message:"must have required property '"+"protocol"+"'",schema:schema37.required,parentSchema:schema37,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
for(const key1 in data3){
if(!((((key1 === "protocol") || (key1 === "address")) || (key1 === "port")) || (key1 === "socket"))){
const err9 = {instancePath:instancePath+"/listen/" + i0,schemaPath:"#/$defs/listen/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema37,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data3.protocol !== undefined){
let data4 = data3.protocol;
if(!(((data4 === "udp") || (data4 === "tcp")) || (data4 === "tls"))){
const err10 = {instancePath:instancePath+"/listen/" + i0+"/protocol",schemaPath:"#/$defs/listen/properties/protocol/enum",keyword:"enum",params:{allowedValues: schema37.properties.protocol.enum},message:"must be equal to one of the allowed values",schema:schema37.properties.protocol.enum,parentSchema:schema37.properties.protocol,data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
let data5 = data3.address;
if(typeof data5 === "string"){
if(func2(data5) > 64){
const err11 = {instancePath:instancePath+"/listen/" + i0+"/address",schemaPath:"#/$defs/listen/properties/address/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters",schema:64,parentSchema:schema37.properties.address,data:data5};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(func2(data5) < 2){
const err12 = {instancePath:instancePath+"/listen/" + i0+"/address",schemaPath:"#/$defs/listen/properties/address/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters",schema:2,parentSchema:schema37.properties.address,data:data5};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/listen/" + i0+"/address",schemaPath:"#/$defs/listen/properties/address/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema37.properties.address.type,parentSchema:schema37.properties.address,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data3.port !== undefined){
let data6 = data3.port;
if(!(((typeof data6 == "number") && (!(data6 % 1) && !isNaN(data6))) && (isFinite(data6)))){
const err14 = {instancePath:instancePath+"/listen/" + i0+"/port",schemaPath:"#/$defs/listen/properties/port/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema37.properties.port.type,parentSchema:schema37.properties.port,data:data6};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if((typeof data6 == "number") && (isFinite(data6))){
if(data6 > 65535 || isNaN(data6)){
const err15 = {instancePath:instancePath+"/listen/" + i0+"/port",schemaPath:"#/$defs/listen/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema37.properties.port,data:data6};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data6 < 1 || isNaN(data6)){
const err16 = {instancePath:instancePath+"/listen/" + i0+"/port",schemaPath:"#/$defs/listen/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema37.properties.port,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
}
if(data3.socket !== undefined){
let data7 = data3.socket;
if(typeof data7 === "string"){
if(!pattern7.test(data7)){
const err17 = {instancePath:instancePath+"/listen/" + i0+"/socket",schemaPath:"#/$defs/listen/properties/socket/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_.-]{1,64}$"},message:"must match pattern \""+"^[A-Za-z0-9_.-]{1,64}$"+"\"",schema:"^[A-Za-z0-9_.-]{1,64}$",parentSchema:schema37.properties.socket,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/listen/" + i0+"/socket",schemaPath:"#/$defs/listen/properties/socket/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema37.properties.socket.type,parentSchema:schema37.properties.socket,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/listen/" + i0,schemaPath:"#/$defs/listen/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema37.type,parentSchema:schema37,data:data3};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/listen",schemaPath:"#/properties/listen/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema35.properties.listen.type,parentSchema:schema35.properties.listen,data:data2};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.senders !== undefined){
let data8 = data.senders;
if(Array.isArray(data8)){
if(data8.length > 4096){
const err21 = {instancePath:instancePath+"/senders",schemaPath:"#/properties/senders/maxItems",keyword:"maxItems",params:{limit: 4096},message:"must NOT have more than 4096 items",schema:4096,parentSchema:schema35.properties.senders,data:data8};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
if(!(validate24(data8[i1], {instancePath:instancePath+"/senders/" + i1,parentData:data8,parentDataProperty:i1,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
}
else {
const err22 = {instancePath:instancePath+"/senders",schemaPath:"#/properties/senders/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema35.properties.senders.type,parentSchema:schema35.properties.senders,data:data8};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.tls !== undefined){
let data10 = data.tls;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.certificate === undefined){
const err23 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/required",keyword:"required",params:{missingProperty: "certificate"},message:"must have required property '"+"certificate"+"'",schema:schema35.properties.tls.required,parentSchema:schema35.properties.tls,data:data10};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data10.key === undefined){
const err24 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'",schema:schema35.properties.tls.required,parentSchema:schema35.properties.tls,data:data10};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data10.ca === undefined){
const err25 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/required",keyword:"required",params:{missingProperty: "ca"},message:"must have required property '"+"ca"+"'",schema:schema35.properties.tls.required,parentSchema:schema35.properties.tls,data:data10};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
for(const key2 in data10){
if(!(((key2 === "certificate") || (key2 === "key")) || (key2 === "ca"))){
const err26 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema35.properties.tls,data:data10};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data10.certificate !== undefined){
let data11 = data10.certificate;
if(typeof data11 === "string"){
if(func2(data11) > 4096){
const err27 = {instancePath:instancePath+"/tls/certificate",schemaPath:"#/properties/tls/properties/certificate/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema35.properties.tls.properties.certificate,data:data11};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(func2(data11) < 1){
const err28 = {instancePath:instancePath+"/tls/certificate",schemaPath:"#/properties/tls/properties/certificate/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema35.properties.tls.properties.certificate,data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/tls/certificate",schemaPath:"#/properties/tls/properties/certificate/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.tls.properties.certificate.type,parentSchema:schema35.properties.tls.properties.certificate,data:data11};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data10.key !== undefined){
let data12 = data10.key;
if(typeof data12 === "string"){
if(func2(data12) > 4096){
const err30 = {instancePath:instancePath+"/tls/key",schemaPath:"#/properties/tls/properties/key/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema35.properties.tls.properties.key,data:data12};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(func2(data12) < 1){
const err31 = {instancePath:instancePath+"/tls/key",schemaPath:"#/properties/tls/properties/key/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema35.properties.tls.properties.key,data:data12};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/tls/key",schemaPath:"#/properties/tls/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.tls.properties.key.type,parentSchema:schema35.properties.tls.properties.key,data:data12};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data10.ca !== undefined){
let data13 = data10.ca;
if(typeof data13 === "string"){
if(func2(data13) > 4096){
const err33 = {instancePath:instancePath+"/tls/ca",schemaPath:"#/properties/tls/properties/ca/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema35.properties.tls.properties.ca,data:data13};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(func2(data13) < 1){
const err34 = {instancePath:instancePath+"/tls/ca",schemaPath:"#/properties/tls/properties/ca/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema35.properties.tls.properties.ca,data:data13};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
else {
const err35 = {instancePath:instancePath+"/tls/ca",schemaPath:"#/properties/tls/properties/ca/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema35.properties.tls.properties.ca.type,parentSchema:schema35.properties.tls.properties.ca,data:data13};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.properties.tls.type,parentSchema:schema35.properties.tls,data:data10};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
let data14 = data.receivebuffer;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
const err37 = {instancePath:instancePath+"/receivebuffer",schemaPath:"#/properties/receivebuffer/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema35.properties.receivebuffer.type,parentSchema:schema35.properties.receivebuffer,data:data14};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 1073741824 || isNaN(data14)){
const err38 = {instancePath:instancePath+"/receivebuffer",schemaPath:"#/properties/receivebuffer/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1073741824},message:"must be <= 1073741824",schema:1073741824,parentSchema:schema35.properties.receivebuffer,data:data14};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if(data14 < 65536 || isNaN(data14)){
const err39 = {instancePath:instancePath+"/receivebuffer",schemaPath:"#/properties/receivebuffer/minimum",keyword:"minimum",params:{comparison: ">=", limit: 65536},message:"must be >= 65536",schema:65536,parentSchema:schema35.properties.receivebuffer,data:data14};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.type,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'",schema:schema32.required,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const tag0 = data.type;
if(typeof tag0 == "string"){
if(tag0 === "journal"){
if(!(validate22(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var props0 = true;
}
else if(tag0 === "syslog"){
if(!(validate23(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
if(props0 !== true){
props0 = true;
}
}
else {
const err1 = {instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "type", tagValue: tag0},message:"value of tag \"type\" must be in oneOf",schema:schema32.discriminator,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "type", tagValue: tag0},message:"tag \"type\" must be string",schema:schema32.discriminator,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.type,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate21.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate21.evaluated = {"dynamicProps":true,"dynamicItems":false};

const schema56 = {"type":"object","title":"Jail options","additionalProperties":false,"properties":{"enabled":{"type":"boolean","default":true,"description":"false: the jail is kept but not watched."},"maxretry":{"type":"integer","minimum":1,"maximum":10000,"default":5,"description":"Failures that deserve a ban."},"findtime":{"$ref":"#/$defs/duration","default":"10m","description":"Time within which they must happen."},"bantime":{"$ref":"#/$defs/duration","default":"10m","description":"How long a ban lasts; -1 or \"forever\" never ends."},"ignoreip":{"type":"array","maxItems":10000,"items":{"type":"string","minLength":1,"maxLength":255},"default":[],"description":"Never banned: addresses and prefixes (\"192.0.2.7\", \"2001:db8::/32\"), host names (asked for again by their TTL, 30 seconds to an hour; the last good answer holds, over restarts too; 256 addresses at the most), and \"file:/path\" lists of addresses, one on a line, read again when they change. A jail's own list takes the place of the one of `defaults`."},"ports":{"$ref":"filter.schema.json#/$defs/ports","description":"Ports that a ban closes. Default: those of the filter."},"protocols":{"$ref":"filter.schema.json#/$defs/protocols","description":"Protocols that go with the ports. Default: those of the filter, else tcp. With all ports a ban closes everything, unless the jail itself names protocols."},"blocktype":{"enum":["drop","reject"],"default":"drop","description":"`drop` says nothing to the offender, `reject` refuses at once."},"prefix4":{"type":"integer","minimum":24,"maximum":32,"default":32,"description":"IPv4 addresses that share this many leading bits are counted and banned as one."},"prefix6":{"type":"integer","minimum":48,"maximum":128,"default":64,"description":"The same for IPv6, where one subscriber has a /64 or more."},"maxmatches":{"type":"integer","minimum":0,"maximum":100,"default":5,"description":"Log lines kept with a ban, for the latest 1,000 bans since the start: `bailiff banned ADDRESS` shows them."},"dryrun":{"type":"boolean","default":false,"description":"Only tell whom the jail would ban."},"bantime.increment":{"type":"boolean","default":false,"description":"Bans grow for those who come back: see bantime.multipliers, bantime.formula and bantime.factor."},"bantime.factor":{"type":"number","minimum":0.01,"maximum":10000,"default":1,"description":"The grown ban is multiplied by this."},"bantime.multipliers":{"type":"array","minItems":1,"maxItems":64,"items":{"type":"number","exclusiveMinimum":0,"maximum":1000000},"description":"The n-th is for a source with n bans behind it, the last for all further: [1, 2, 4, 8, 16, 32, 64]. In place of the formula."},"bantime.formula":{"type":"string","minLength":1,"maxLength":400,"description":"How long in seconds, from ban.Time (bantime), ban.Count (bans so far) and banFactor, with + - * / ** << min max floor ceil round exp log and `a if condition else b`. Default: ban.Time * 2 ** ban.Count * banFactor."},"bantime.maxtime":{"$ref":"#/$defs/duration","description":"No grown ban is longer."},"bantime.rndtime":{"$ref":"#/$defs/duration","description":"Up to this much is added to a grown ban by chance."},"bantime.overalljails":{"type":"boolean","default":false,"description":"Bans of all jails count, not of this one alone."},"bantime.decay":{"$ref":"#/$defs/duration","description":"For each such time without a ban, one earlier ban is forgotten."},"knownoffenders":{"type":"boolean","default":true,"description":"With bantime.increment: a failure of somebody with n bans behind him counts 2^n/2 + 1 times, as fail2ban does it."},"forgive":{"enum":["no","forget","shorten"],"default":"no","description":"What a successful login does for failures of the same address: nothing; makes them forgotten, once within findtime; or makes a ban within findtime of it a tenth as long, an hour at the most. Whoever has one good account, his own or a guessed one, has it too: with `forget` he may guess at others twice as often, with `shorten` ten times as long. So it is off unless given; bantime.increment and escalation hold with it."},"spread4":{"type":"object","additionalProperties":false,"required":["count","length"],"properties":{"count":{"type":"integer","minimum":2,"maximum":65535,"description":"How many different sources."},"length":{"type":"integer","description":"Leading bits that they share.","minimum":24,"maximum":31}},"description":"So many different IPv4 sources of one wider prefix within findtime ban the whole prefix: { \"count\": 10, \"length\": 24 }. Off unless given."},"spread6":{"type":"object","additionalProperties":false,"required":["count","length"],"properties":{"count":{"type":"integer","minimum":2,"maximum":65535,"description":"How many different sources."},"length":{"type":"integer","description":"Leading bits that they share.","minimum":48,"maximum":127}},"description":"So many different IPv6 sources of one wider prefix within findtime ban the whole prefix: { \"count\": 10, \"length\": 56 }. Off unless given."},"ignorecommand":{"type":"array","minItems":1,"maxItems":32,"items":{"type":"string","minLength":1,"maxLength":1024},"description":"A program that is asked before a ban, with its arguments: exit status 0 means \"do not ban\". <ip> stands for the address. Run without a shell, as the agent's user, for 5 seconds at the most; its answer holds for five minutes; when it fails, or more are to be asked about than it answers for in ten seconds, the ban goes on."}}};
const schema44 = {"type":"array","minItems":1,"uniqueItems":true,"items":{"enum":["tcp","udp","sctp","dccp","udplite"]}};
const func0 = require("ajv/dist/runtime/equal").default;
const pattern11 = new RegExp("^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$", "u");

function validate37(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate37.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.enabled === undefined){
data.enabled = true;
}
if(data.maxretry === undefined){
data.maxretry = 5;
}
if(data.findtime === undefined){
data.findtime = "10m";
}
if(data.bantime === undefined){
data.bantime = "10m";
}
if(data.ignoreip === undefined){
data.ignoreip = [];
}
if(data.blocktype === undefined){
data.blocktype = "drop";
}
if(data.prefix4 === undefined){
data.prefix4 = 32;
}
if(data.prefix6 === undefined){
data.prefix6 = 64;
}
if(data.maxmatches === undefined){
data.maxmatches = 5;
}
if(data.dryrun === undefined){
data.dryrun = false;
}
if(data["bantime.increment"] === undefined){
data["bantime.increment"] = false;
}
if(data["bantime.factor"] === undefined){
data["bantime.factor"] = 1;
}
if(data["bantime.overalljails"] === undefined){
data["bantime.overalljails"] = false;
}
if(data.knownoffenders === undefined){
data.knownoffenders = true;
}
if(data.forgive === undefined){
data.forgive = "no";
}
for(const key0 in data){
if(!(func1.call(schema56.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema56,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
let data0 = data.enabled;
if(typeof data0 !== "boolean"){
const err1 = {instancePath:instancePath+"/enabled",schemaPath:"#/properties/enabled/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema56.properties.enabled.type,parentSchema:schema56.properties.enabled,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
let data1 = data.maxretry;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
const err2 = {instancePath:instancePath+"/maxretry",schemaPath:"#/properties/maxretry/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema56.properties.maxretry.type,parentSchema:schema56.properties.maxretry,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 10000 || isNaN(data1)){
const err3 = {instancePath:instancePath+"/maxretry",schemaPath:"#/properties/maxretry/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema56.properties.maxretry,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data1 < 1 || isNaN(data1)){
const err4 = {instancePath:instancePath+"/maxretry",schemaPath:"#/properties/maxretry/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema56.properties.maxretry,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
let data2 = data.findtime;
const _errs8 = errors;
let valid2 = false;
const _errs9 = errors;
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 < -1 || isNaN(data2)){
const err5 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data2};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
var _valid0 = _errs9 === errors;
valid2 = valid2 || _valid0;
const _errs11 = errors;
if(typeof data2 === "string"){
if(func2(data2) > 40){
const err7 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid0 = _errs11 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err9 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
else {
errors = _errs8;
if(vErrors !== null){
if(_errs8){
vErrors.length = _errs8;
}
else {
vErrors = null;
}
}
}
let data3 = data.bantime;
const _errs15 = errors;
let valid4 = false;
const _errs16 = errors;
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 < -1 || isNaN(data3)){
const err10 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
var _valid1 = _errs16 === errors;
valid4 = valid4 || _valid1;
const _errs18 = errors;
if(typeof data3 === "string"){
if(func2(data3) > 40){
const err12 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data3};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
var _valid1 = _errs18 === errors;
valid4 = valid4 || _valid1;
if(!valid4){
const err14 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data3};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
else {
errors = _errs15;
if(vErrors !== null){
if(_errs15){
vErrors.length = _errs15;
}
else {
vErrors = null;
}
}
}
let data4 = data.ignoreip;
if(Array.isArray(data4)){
if(data4.length > 10000){
const err15 = {instancePath:instancePath+"/ignoreip",schemaPath:"#/properties/ignoreip/maxItems",keyword:"maxItems",params:{limit: 10000},message:"must NOT have more than 10000 items",schema:10000,parentSchema:schema56.properties.ignoreip,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
if(typeof data5 === "string"){
if(func2(data5) > 255){
const err16 = {instancePath:instancePath+"/ignoreip/" + i0,schemaPath:"#/properties/ignoreip/items/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters",schema:255,parentSchema:schema56.properties.ignoreip.items,data:data5};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(func2(data5) < 1){
const err17 = {instancePath:instancePath+"/ignoreip/" + i0,schemaPath:"#/properties/ignoreip/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema56.properties.ignoreip.items,data:data5};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/ignoreip/" + i0,schemaPath:"#/properties/ignoreip/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema56.properties.ignoreip.items.type,parentSchema:schema56.properties.ignoreip.items,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/ignoreip",schemaPath:"#/properties/ignoreip/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema56.properties.ignoreip.type,parentSchema:schema56.properties.ignoreip,data:data4};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data.ports !== undefined){
let data6 = data.ports;
const _errs26 = errors;
let valid8 = false;
const _errs27 = errors;
if("all" !== data6){
const err20 = {instancePath:instancePath+"/ports",schemaPath:"filter.schema.json#/$defs/ports/anyOf/0/const",keyword:"const",params:{allowedValue: "all"},message:"must be equal to constant",schema:"all",parentSchema:schema43.anyOf[0],data:data6};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
var _valid2 = _errs27 === errors;
valid8 = valid8 || _valid2;
const _errs28 = errors;
if(Array.isArray(data6)){
if(data6.length > 64){
const err21 = {instancePath:instancePath+"/ports",schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema43.anyOf[1],data:data6};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data6.length < 1){
const err22 = {instancePath:instancePath+"/ports",schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema43.anyOf[1],data:data6};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
const _errs31 = errors;
let valid11 = false;
const _errs32 = errors;
if(!(((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7))) && (isFinite(data7)))){
const err23 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema43.anyOf[1].items.anyOf[0].type,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data7};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 > 65535 || isNaN(data7)){
const err24 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data7};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data7 < 1 || isNaN(data7)){
const err25 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data7};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
var _valid3 = _errs32 === errors;
valid11 = valid11 || _valid3;
const _errs34 = errors;
if(typeof data7 === "string"){
if(!pattern11.test(data7)){
const err26 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/1/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$",parentSchema:schema43.anyOf[1].items.anyOf[1],data:data7};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.anyOf[1].items.anyOf[1].type,parentSchema:schema43.anyOf[1].items.anyOf[1],data:data7};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
var _valid3 = _errs34 === errors;
valid11 = valid11 || _valid3;
if(!valid11){
const err28 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema43.anyOf[1].items.anyOf,parentSchema:schema43.anyOf[1].items,data:data7};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
else {
errors = _errs31;
if(vErrors !== null){
if(_errs31){
vErrors.length = _errs31;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err29 = {instancePath:instancePath+"/ports",schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema43.anyOf[1].type,parentSchema:schema43.anyOf[1],data:data6};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
var _valid2 = _errs28 === errors;
valid8 = valid8 || _valid2;
if(!valid8){
const err30 = {instancePath:instancePath+"/ports",schemaPath:"filter.schema.json#/$defs/ports/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema43.anyOf,parentSchema:schema43,data:data6};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
else {
errors = _errs26;
if(vErrors !== null){
if(_errs26){
vErrors.length = _errs26;
}
else {
vErrors = null;
}
}
}
}
if(data.protocols !== undefined){
let data8 = data.protocols;
if(Array.isArray(data8)){
if(data8.length < 1){
const err31 = {instancePath:instancePath+"/protocols",schemaPath:"filter.schema.json#/$defs/protocols/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema44,data:data8};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
let data9 = data8[i2];
if(!(((((data9 === "tcp") || (data9 === "udp")) || (data9 === "sctp")) || (data9 === "dccp")) || (data9 === "udplite"))){
const err32 = {instancePath:instancePath+"/protocols/" + i2,schemaPath:"filter.schema.json#/$defs/protocols/items/enum",keyword:"enum",params:{allowedValues: schema44.items.enum},message:"must be equal to one of the allowed values",schema:schema44.items.enum,parentSchema:schema44.items,data:data9};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
let i3 = data8.length;
let j0;
if(i3 > 1){
outer0:
for(;i3--;){
for(j0 = i3; j0--;){
if(func0(data8[i3], data8[j0])){
const err33 = {instancePath:instancePath+"/protocols",schemaPath:"filter.schema.json#/$defs/protocols/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i3+" are identical)",schema:true,parentSchema:schema44,data:data8};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
break outer0;
}
}
}
}
}
else {
const err34 = {instancePath:instancePath+"/protocols",schemaPath:"filter.schema.json#/$defs/protocols/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema44.type,parentSchema:schema44,data:data8};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
let data10 = data.blocktype;
if(!((data10 === "drop") || (data10 === "reject"))){
const err35 = {instancePath:instancePath+"/blocktype",schemaPath:"#/properties/blocktype/enum",keyword:"enum",params:{allowedValues: schema56.properties.blocktype.enum},message:"must be equal to one of the allowed values",schema:schema56.properties.blocktype.enum,parentSchema:schema56.properties.blocktype,data:data10};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
let data11 = data.prefix4;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err36 = {instancePath:instancePath+"/prefix4",schemaPath:"#/properties/prefix4/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema56.properties.prefix4.type,parentSchema:schema56.properties.prefix4,data:data11};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 32 || isNaN(data11)){
const err37 = {instancePath:instancePath+"/prefix4",schemaPath:"#/properties/prefix4/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema56.properties.prefix4,data:data11};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(data11 < 24 || isNaN(data11)){
const err38 = {instancePath:instancePath+"/prefix4",schemaPath:"#/properties/prefix4/minimum",keyword:"minimum",params:{comparison: ">=", limit: 24},message:"must be >= 24",schema:24,parentSchema:schema56.properties.prefix4,data:data11};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
let data12 = data.prefix6;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err39 = {instancePath:instancePath+"/prefix6",schemaPath:"#/properties/prefix6/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema56.properties.prefix6.type,parentSchema:schema56.properties.prefix6,data:data12};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 128 || isNaN(data12)){
const err40 = {instancePath:instancePath+"/prefix6",schemaPath:"#/properties/prefix6/maximum",keyword:"maximum",params:{comparison: "<=", limit: 128},message:"must be <= 128",schema:128,parentSchema:schema56.properties.prefix6,data:data12};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(data12 < 48 || isNaN(data12)){
const err41 = {instancePath:instancePath+"/prefix6",schemaPath:"#/properties/prefix6/minimum",keyword:"minimum",params:{comparison: ">=", limit: 48},message:"must be >= 48",schema:48,parentSchema:schema56.properties.prefix6,data:data12};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
let data13 = data.maxmatches;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
const err42 = {instancePath:instancePath+"/maxmatches",schemaPath:"#/properties/maxmatches/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema56.properties.maxmatches.type,parentSchema:schema56.properties.maxmatches,data:data13};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 100 || isNaN(data13)){
const err43 = {instancePath:instancePath+"/maxmatches",schemaPath:"#/properties/maxmatches/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema56.properties.maxmatches,data:data13};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(data13 < 0 || isNaN(data13)){
const err44 = {instancePath:instancePath+"/maxmatches",schemaPath:"#/properties/maxmatches/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema56.properties.maxmatches,data:data13};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
let data14 = data.dryrun;
if(typeof data14 !== "boolean"){
const err45 = {instancePath:instancePath+"/dryrun",schemaPath:"#/properties/dryrun/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema56.properties.dryrun.type,parentSchema:schema56.properties.dryrun,data:data14};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
let data15 = data["bantime.increment"];
if(typeof data15 !== "boolean"){
const err46 = {instancePath:instancePath+"/bantime.increment",schemaPath:"#/properties/bantime.increment/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema56.properties["bantime.increment"].type,parentSchema:schema56.properties["bantime.increment"],data:data15};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
let data16 = data["bantime.factor"];
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 10000 || isNaN(data16)){
const err47 = {instancePath:instancePath+"/bantime.factor",schemaPath:"#/properties/bantime.factor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema56.properties["bantime.factor"],data:data16};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(data16 < 0.01 || isNaN(data16)){
const err48 = {instancePath:instancePath+"/bantime.factor",schemaPath:"#/properties/bantime.factor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0.01},message:"must be >= 0.01",schema:0.01,parentSchema:schema56.properties["bantime.factor"],data:data16};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/bantime.factor",schemaPath:"#/properties/bantime.factor/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema56.properties["bantime.factor"].type,parentSchema:schema56.properties["bantime.factor"],data:data16};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
if(data["bantime.multipliers"] !== undefined){
let data17 = data["bantime.multipliers"];
if(Array.isArray(data17)){
if(data17.length > 64){
const err50 = {instancePath:instancePath+"/bantime.multipliers",schemaPath:"#/properties/bantime.multipliers/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema56.properties["bantime.multipliers"],data:data17};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(data17.length < 1){
const err51 = {instancePath:instancePath+"/bantime.multipliers",schemaPath:"#/properties/bantime.multipliers/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema56.properties["bantime.multipliers"],data:data17};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
const len3 = data17.length;
for(let i4=0; i4<len3; i4++){
let data18 = data17[i4];
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1000000 || isNaN(data18)){
const err52 = {instancePath:instancePath+"/bantime.multipliers/" + i4,schemaPath:"#/properties/bantime.multipliers/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema56.properties["bantime.multipliers"].items,data:data18};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if(data18 <= 0 || isNaN(data18)){
const err53 = {instancePath:instancePath+"/bantime.multipliers/" + i4,schemaPath:"#/properties/bantime.multipliers/items/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema56.properties["bantime.multipliers"].items,data:data18};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/bantime.multipliers/" + i4,schemaPath:"#/properties/bantime.multipliers/items/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema56.properties["bantime.multipliers"].items.type,parentSchema:schema56.properties["bantime.multipliers"].items,data:data18};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath:instancePath+"/bantime.multipliers",schemaPath:"#/properties/bantime.multipliers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema56.properties["bantime.multipliers"].type,parentSchema:schema56.properties["bantime.multipliers"],data:data17};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data["bantime.formula"] !== undefined){
let data19 = data["bantime.formula"];
if(typeof data19 === "string"){
if(func2(data19) > 400){
const err56 = {instancePath:instancePath+"/bantime.formula",schemaPath:"#/properties/bantime.formula/maxLength",keyword:"maxLength",params:{limit: 400},message:"must NOT have more than 400 characters",schema:400,parentSchema:schema56.properties["bantime.formula"],data:data19};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(func2(data19) < 1){
const err57 = {instancePath:instancePath+"/bantime.formula",schemaPath:"#/properties/bantime.formula/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema56.properties["bantime.formula"],data:data19};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/bantime.formula",schemaPath:"#/properties/bantime.formula/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema56.properties["bantime.formula"].type,parentSchema:schema56.properties["bantime.formula"],data:data19};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data["bantime.maxtime"] !== undefined){
let data20 = data["bantime.maxtime"];
const _errs61 = errors;
let valid19 = false;
const _errs62 = errors;
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < -1 || isNaN(data20)){
const err59 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data20};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
else {
const err60 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data20};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
var _valid4 = _errs62 === errors;
valid19 = valid19 || _valid4;
const _errs64 = errors;
if(typeof data20 === "string"){
if(func2(data20) > 40){
const err61 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data20};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data20};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
var _valid4 = _errs64 === errors;
valid19 = valid19 || _valid4;
if(!valid19){
const err63 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data20};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
else {
errors = _errs61;
if(vErrors !== null){
if(_errs61){
vErrors.length = _errs61;
}
else {
vErrors = null;
}
}
}
}
if(data["bantime.rndtime"] !== undefined){
let data21 = data["bantime.rndtime"];
const _errs68 = errors;
let valid21 = false;
const _errs69 = errors;
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 < -1 || isNaN(data21)){
const err64 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data21};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data21};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
var _valid5 = _errs69 === errors;
valid21 = valid21 || _valid5;
const _errs71 = errors;
if(typeof data21 === "string"){
if(func2(data21) > 40){
const err66 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data21};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
else {
const err67 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data21};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
var _valid5 = _errs71 === errors;
valid21 = valid21 || _valid5;
if(!valid21){
const err68 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data21};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
else {
errors = _errs68;
if(vErrors !== null){
if(_errs68){
vErrors.length = _errs68;
}
else {
vErrors = null;
}
}
}
}
let data22 = data["bantime.overalljails"];
if(typeof data22 !== "boolean"){
const err69 = {instancePath:instancePath+"/bantime.overalljails",schemaPath:"#/properties/bantime.overalljails/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema56.properties["bantime.overalljails"].type,parentSchema:schema56.properties["bantime.overalljails"],data:data22};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
if(data["bantime.decay"] !== undefined){
let data23 = data["bantime.decay"];
const _errs77 = errors;
let valid23 = false;
const _errs78 = errors;
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 < -1 || isNaN(data23)){
const err70 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data23};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
else {
const err71 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data23};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
var _valid6 = _errs78 === errors;
valid23 = valid23 || _valid6;
const _errs80 = errors;
if(typeof data23 === "string"){
if(func2(data23) > 40){
const err72 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data23};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
else {
const err73 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data23};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
var _valid6 = _errs80 === errors;
valid23 = valid23 || _valid6;
if(!valid23){
const err74 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data23};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
else {
errors = _errs77;
if(vErrors !== null){
if(_errs77){
vErrors.length = _errs77;
}
else {
vErrors = null;
}
}
}
}
let data24 = data.knownoffenders;
if(typeof data24 !== "boolean"){
const err75 = {instancePath:instancePath+"/knownoffenders",schemaPath:"#/properties/knownoffenders/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema56.properties.knownoffenders.type,parentSchema:schema56.properties.knownoffenders,data:data24};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
let data25 = data.forgive;
if(!(((data25 === "no") || (data25 === "forget")) || (data25 === "shorten"))){
const err76 = {instancePath:instancePath+"/forgive",schemaPath:"#/properties/forgive/enum",keyword:"enum",params:{allowedValues: schema56.properties.forgive.enum},message:"must be equal to one of the allowed values",schema:schema56.properties.forgive.enum,parentSchema:schema56.properties.forgive,data:data25};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(data.spread4 !== undefined){
let data26 = data.spread4;
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
if(data26.count === undefined){
const err77 = {instancePath:instancePath+"/spread4",schemaPath:"#/properties/spread4/required",keyword:"required",params:{missingProperty: "count"},message:"must have required property '"+"count"+"'",schema:schema56.properties.spread4.required,parentSchema:schema56.properties.spread4,data:data26};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
if(data26.length === undefined){
const err78 = {instancePath:instancePath+"/spread4",schemaPath:"#/properties/spread4/required",keyword:"required",params:{missingProperty: "length"},message:"must have required property '"+"length"+"'",schema:schema56.properties.spread4.required,parentSchema:schema56.properties.spread4,data:data26};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
for(const key1 in data26){
if(!((key1 === "count") || (key1 === "length"))){
const err79 = {instancePath:instancePath+"/spread4",schemaPath:"#/properties/spread4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema56.properties.spread4,data:data26};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data26.count !== undefined){
let data27 = data26.count;
if(!(((typeof data27 == "number") && (!(data27 % 1) && !isNaN(data27))) && (isFinite(data27)))){
const err80 = {instancePath:instancePath+"/spread4/count",schemaPath:"#/properties/spread4/properties/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema56.properties.spread4.properties.count.type,parentSchema:schema56.properties.spread4.properties.count,data:data27};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 > 65535 || isNaN(data27)){
const err81 = {instancePath:instancePath+"/spread4/count",schemaPath:"#/properties/spread4/properties/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema56.properties.spread4.properties.count,data:data27};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(data27 < 2 || isNaN(data27)){
const err82 = {instancePath:instancePath+"/spread4/count",schemaPath:"#/properties/spread4/properties/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema56.properties.spread4.properties.count,data:data27};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
}
if(data26.length !== undefined){
let data28 = data26.length;
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
const err83 = {instancePath:instancePath+"/spread4/length",schemaPath:"#/properties/spread4/properties/length/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema56.properties.spread4.properties.length.type,parentSchema:schema56.properties.spread4.properties.length,data:data28};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 31 || isNaN(data28)){
const err84 = {instancePath:instancePath+"/spread4/length",schemaPath:"#/properties/spread4/properties/length/maximum",keyword:"maximum",params:{comparison: "<=", limit: 31},message:"must be <= 31",schema:31,parentSchema:schema56.properties.spread4.properties.length,data:data28};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if(data28 < 24 || isNaN(data28)){
const err85 = {instancePath:instancePath+"/spread4/length",schemaPath:"#/properties/spread4/properties/length/minimum",keyword:"minimum",params:{comparison: ">=", limit: 24},message:"must be >= 24",schema:24,parentSchema:schema56.properties.spread4.properties.length,data:data28};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
}
}
else {
const err86 = {instancePath:instancePath+"/spread4",schemaPath:"#/properties/spread4/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema56.properties.spread4.type,parentSchema:schema56.properties.spread4,data:data26};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data.spread6 !== undefined){
let data29 = data.spread6;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
if(data29.count === undefined){
const err87 = {instancePath:instancePath+"/spread6",schemaPath:"#/properties/spread6/required",keyword:"required",params:{missingProperty: "count"},message:"must have required property '"+"count"+"'",schema:schema56.properties.spread6.required,parentSchema:schema56.properties.spread6,data:data29};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
if(data29.length === undefined){
const err88 = {instancePath:instancePath+"/spread6",schemaPath:"#/properties/spread6/required",keyword:"required",params:{missingProperty: "length"},message:"must have required property '"+"length"+"'",schema:schema56.properties.spread6.required,parentSchema:schema56.properties.spread6,data:data29};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
for(const key2 in data29){
if(!((key2 === "count") || (key2 === "length"))){
const err89 = {instancePath:instancePath+"/spread6",schemaPath:"#/properties/spread6/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema56.properties.spread6,data:data29};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data29.count !== undefined){
let data30 = data29.count;
if(!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))){
const err90 = {instancePath:instancePath+"/spread6/count",schemaPath:"#/properties/spread6/properties/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema56.properties.spread6.properties.count.type,parentSchema:schema56.properties.spread6.properties.count,data:data30};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 > 65535 || isNaN(data30)){
const err91 = {instancePath:instancePath+"/spread6/count",schemaPath:"#/properties/spread6/properties/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema56.properties.spread6.properties.count,data:data30};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if(data30 < 2 || isNaN(data30)){
const err92 = {instancePath:instancePath+"/spread6/count",schemaPath:"#/properties/spread6/properties/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema56.properties.spread6.properties.count,data:data30};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
}
}
if(data29.length !== undefined){
let data31 = data29.length;
if(!(((typeof data31 == "number") && (!(data31 % 1) && !isNaN(data31))) && (isFinite(data31)))){
const err93 = {instancePath:instancePath+"/spread6/length",schemaPath:"#/properties/spread6/properties/length/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema56.properties.spread6.properties.length.type,parentSchema:schema56.properties.spread6.properties.length,data:data31};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 > 127 || isNaN(data31)){
const err94 = {instancePath:instancePath+"/spread6/length",schemaPath:"#/properties/spread6/properties/length/maximum",keyword:"maximum",params:{comparison: "<=", limit: 127},message:"must be <= 127",schema:127,parentSchema:schema56.properties.spread6.properties.length,data:data31};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if(data31 < 48 || isNaN(data31)){
const err95 = {instancePath:instancePath+"/spread6/length",schemaPath:"#/properties/spread6/properties/length/minimum",keyword:"minimum",params:{comparison: ">=", limit: 48},message:"must be >= 48",schema:48,parentSchema:schema56.properties.spread6.properties.length,data:data31};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
}
}
else {
const err96 = {instancePath:instancePath+"/spread6",schemaPath:"#/properties/spread6/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema56.properties.spread6.type,parentSchema:schema56.properties.spread6,data:data29};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
if(data.ignorecommand !== undefined){
let data32 = data.ignorecommand;
if(Array.isArray(data32)){
if(data32.length > 32){
const err97 = {instancePath:instancePath+"/ignorecommand",schemaPath:"#/properties/ignorecommand/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items",schema:32,parentSchema:schema56.properties.ignorecommand,data:data32};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if(data32.length < 1){
const err98 = {instancePath:instancePath+"/ignorecommand",schemaPath:"#/properties/ignorecommand/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema56.properties.ignorecommand,data:data32};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
const len4 = data32.length;
for(let i5=0; i5<len4; i5++){
let data33 = data32[i5];
if(typeof data33 === "string"){
if(func2(data33) > 1024){
const err99 = {instancePath:instancePath+"/ignorecommand/" + i5,schemaPath:"#/properties/ignorecommand/items/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters",schema:1024,parentSchema:schema56.properties.ignorecommand.items,data:data33};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
if(func2(data33) < 1){
const err100 = {instancePath:instancePath+"/ignorecommand/" + i5,schemaPath:"#/properties/ignorecommand/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema56.properties.ignorecommand.items,data:data33};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
else {
const err101 = {instancePath:instancePath+"/ignorecommand/" + i5,schemaPath:"#/properties/ignorecommand/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema56.properties.ignorecommand.items.type,parentSchema:schema56.properties.ignorecommand.items,data:data33};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
}
else {
const err102 = {instancePath:instancePath+"/ignorecommand",schemaPath:"#/properties/ignorecommand/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema56.properties.ignorecommand.type,parentSchema:schema56.properties.ignorecommand,data:data32};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
}
else {
const err103 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema56.type,parentSchema:schema56,data};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
validate37.errors = vErrors;
return errors === 0;
}
validate37.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema64 = {"type":"object","title":"Jail","additionalProperties":false,"properties":{"filter":{"$ref":"filter.schema.json#/$defs/name","description":"Name of the filter. Default: the jail's own name."},"mode":{"$ref":"filter.schema.json#/$defs/name","description":"Mode of the filter: see `bailiff filter show`."},"enabled":{"$ref":"#/$defs/jailOptions/properties/enabled"},"maxretry":{"$ref":"#/$defs/jailOptions/properties/maxretry"},"findtime":{"$ref":"#/$defs/jailOptions/properties/findtime"},"bantime":{"$ref":"#/$defs/jailOptions/properties/bantime"},"ignoreip":{"$ref":"#/$defs/jailOptions/properties/ignoreip"},"ports":{"$ref":"#/$defs/jailOptions/properties/ports"},"protocols":{"$ref":"#/$defs/jailOptions/properties/protocols"},"blocktype":{"$ref":"#/$defs/jailOptions/properties/blocktype"},"prefix4":{"$ref":"#/$defs/jailOptions/properties/prefix4"},"prefix6":{"$ref":"#/$defs/jailOptions/properties/prefix6"},"maxmatches":{"$ref":"#/$defs/jailOptions/properties/maxmatches"},"dryrun":{"$ref":"#/$defs/jailOptions/properties/dryrun"},"bantime.increment":{"$ref":"#/$defs/jailOptions/properties/bantime.increment"},"bantime.factor":{"$ref":"#/$defs/jailOptions/properties/bantime.factor"},"bantime.multipliers":{"$ref":"#/$defs/jailOptions/properties/bantime.multipliers"},"bantime.formula":{"$ref":"#/$defs/jailOptions/properties/bantime.formula"},"bantime.maxtime":{"$ref":"#/$defs/jailOptions/properties/bantime.maxtime"},"bantime.rndtime":{"$ref":"#/$defs/jailOptions/properties/bantime.rndtime"},"bantime.overalljails":{"$ref":"#/$defs/jailOptions/properties/bantime.overalljails"},"bantime.decay":{"$ref":"#/$defs/jailOptions/properties/bantime.decay"},"knownoffenders":{"$ref":"#/$defs/jailOptions/properties/knownoffenders"},"forgive":{"$ref":"#/$defs/jailOptions/properties/forgive"},"spread4":{"$ref":"#/$defs/jailOptions/properties/spread4"},"spread6":{"$ref":"#/$defs/jailOptions/properties/spread6"},"sources":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/$defs/sourceName"},"description":"Names of the sources it listens to. Default: all but journals of trust `remote`."},"failregex":{"$ref":"filter.schema.json#/$defs/patterns","description":"More patterns of failures, added to the filter's: see bailiff-filter(5)."},"ignoreregex":{"type":"array","maxItems":256,"items":{"type":"string","minLength":1,"maxLength":4096},"description":"More exceptions, added to the filter's."},"identifiers":{"type":"array","maxItems":64,"items":{"type":"string","maxLength":128},"description":"More identifiers that the filter reads here."},"units":{"type":"array","maxItems":64,"items":{"type":"string","minLength":1,"maxLength":256},"description":"More systemd units whose lines this jail believes: for a unit that has another name here."},"uids":{"type":"array","maxItems":32,"items":{"anyOf":[{"type":"integer","minimum":0,"maximum":4294967294},{"type":"string","pattern":"^[a-z_][a-z0-9_.-]{0,31}$"}]},"description":"More users whose lines this jail believes."},"transports":{"type":"array","minItems":1,"uniqueItems":true,"items":{"enum":["syslog","journal","stdout","kernel","audit"]},"description":"More ways into the journal that this jail believes."},"container":{"type":"string","minLength":1,"maxLength":128,"description":"Name of the containers (`*` stands for any characters) whose lines this jail believes."},"ignorecommand":{"$ref":"#/$defs/jailOptions/properties/ignorecommand"}}};
const schema42 = {"type":"string","pattern":"^[a-z0-9][a-z0-9_-]{0,39}$"};
const schema67 = {"type":"boolean","default":true,"description":"false: the jail is kept but not watched."};
const schema68 = {"type":"integer","minimum":1,"maximum":10000,"default":5,"description":"Failures that deserve a ban."};
const schema71 = {"type":"array","maxItems":10000,"items":{"type":"string","minLength":1,"maxLength":255},"default":[],"description":"Never banned: addresses and prefixes (\"192.0.2.7\", \"2001:db8::/32\"), host names (asked for again by their TTL, 30 seconds to an hour; the last good answer holds, over restarts too; 256 addresses at the most), and \"file:/path\" lists of addresses, one on a line, read again when they change. A jail's own list takes the place of the one of `defaults`."};
const schema74 = {"enum":["drop","reject"],"default":"drop","description":"`drop` says nothing to the offender, `reject` refuses at once."};
const schema75 = {"type":"integer","minimum":24,"maximum":32,"default":32,"description":"IPv4 addresses that share this many leading bits are counted and banned as one."};
const schema76 = {"type":"integer","minimum":48,"maximum":128,"default":64,"description":"The same for IPv6, where one subscriber has a /64 or more."};
const schema77 = {"type":"integer","minimum":0,"maximum":100,"default":5,"description":"Log lines kept with a ban, for the latest 1,000 bans since the start: `bailiff banned ADDRESS` shows them."};
const schema78 = {"type":"boolean","default":false,"description":"Only tell whom the jail would ban."};
const schema79 = {"type":"boolean","default":false,"description":"Bans grow for those who come back: see bantime.multipliers, bantime.formula and bantime.factor."};
const schema80 = {"type":"number","minimum":0.01,"maximum":10000,"default":1,"description":"The grown ban is multiplied by this."};
const schema81 = {"type":"array","minItems":1,"maxItems":64,"items":{"type":"number","exclusiveMinimum":0,"maximum":1000000},"description":"The n-th is for a source with n bans behind it, the last for all further: [1, 2, 4, 8, 16, 32, 64]. In place of the formula."};
const schema82 = {"type":"string","minLength":1,"maxLength":400,"description":"How long in seconds, from ban.Time (bantime), ban.Count (bans so far) and banFactor, with + - * / ** << min max floor ceil round exp log and `a if condition else b`. Default: ban.Time * 2 ** ban.Count * banFactor."};
const schema85 = {"type":"boolean","default":false,"description":"Bans of all jails count, not of this one alone."};
const schema87 = {"type":"boolean","default":true,"description":"With bantime.increment: a failure of somebody with n bans behind him counts 2^n/2 + 1 times, as fail2ban does it."};
const schema88 = {"enum":["no","forget","shorten"],"default":"no","description":"What a successful login does for failures of the same address: nothing; makes them forgotten, once within findtime; or makes a ban within findtime of it a tenth as long, an hour at the most. Whoever has one good account, his own or a guessed one, has it too: with `forget` he may guess at others twice as often, with `shorten` ten times as long. So it is off unless given; bantime.increment and escalation hold with it."};
const schema89 = {"type":"object","additionalProperties":false,"required":["count","length"],"properties":{"count":{"type":"integer","minimum":2,"maximum":65535,"description":"How many different sources."},"length":{"type":"integer","description":"Leading bits that they share.","minimum":24,"maximum":31}},"description":"So many different IPv4 sources of one wider prefix within findtime ban the whole prefix: { \"count\": 10, \"length\": 24 }. Off unless given."};
const schema90 = {"type":"object","additionalProperties":false,"required":["count","length"],"properties":{"count":{"type":"integer","minimum":2,"maximum":65535,"description":"How many different sources."},"length":{"type":"integer","description":"Leading bits that they share.","minimum":48,"maximum":127}},"description":"So many different IPv6 sources of one wider prefix within findtime ban the whole prefix: { \"count\": 10, \"length\": 56 }. Off unless given."};
const schema94 = {"type":"array","minItems":1,"maxItems":32,"items":{"type":"string","minLength":1,"maxLength":1024},"description":"A program that is asked before a ban, with its arguments: exit status 0 means \"do not ban\". <ip> stands for the address. Run without a shell, as the agent's user, for 5 seconds at the most; its answer holds for five minutes; when it fails, or more are to be asked about than it answers for in ten seconds, the ban goes on."};
const pattern9 = new RegExp("^[a-z0-9][a-z0-9_-]{0,39}$", "u");
const pattern24 = new RegExp("^[a-z_][a-z0-9_.-]{0,31}$", "u");
const schema47 = {"type":"array","maxItems":512,"items":{"anyOf":[{"type":"string","minLength":1,"maxLength":4096},{"$ref":"#/$defs/pattern"}],"description":"A regular expression on the message, or an object with \"regex\" or \"json\"."}};
const schema48 = {"type":"object","additionalProperties":false,"properties":{"regex":{"type":"string","minLength":1,"maxLength":4096,"description":"Regular expression on the message."},"json":{"type":"object","minProperties":1,"maxProperties":16,"additionalProperties":{"type":"string","minLength":1,"maxLength":4096},"description":"For messages that are JSON objects: path of a field (\"request.remote_ip\") → regular expression on its value. All must match."},"attempts":{"type":"integer","minimum":1,"maximum":100,"description":"Failures that one such line counts for. Default: 1."},"stage":{"type":"integer","minimum":1,"maximum":20,"description":"For services that log one attempt in several lines: the lines of one attempt come in rising stage, so a line of a higher stage than the last one of its session is the same attempt and does not count again."},"provisional":{"type":"boolean","description":"For failure lines that also come before a login that succeeds, as when one PAM module refuses and the next one lets in. Their failures count, and are taken back when the session logs in (successregex) from the same address before a failure line without this mark, as the same user where both lines, or lines of the session before them, tell one (CORP\\bob may be bob, and bob@corp.example.org may be either, in any case of letters). Capture (?<user>…) in both. Needs a session. Default: false."},"settles":{"type":"boolean","description":"For services that ask PAM in a process of its own for each attempt (sshd, for keyboard-interactive), so that the failure is logged under another process id than the connection: lines by which the connection itself tells how such an attempt ended. In failregex: the line stands for the latest failure marked provisional of the same address and user (or of the address, where that line names nobody) within the last minute, and does not count again; without one it counts. In successregex: it takes back the latest such failure of the same address and user. Each line settles one failure, and each failure is settled once. Capture (?<user>…). Needs a session. Default: false."},"twice":{"type":"boolean","description":"For services that write such a line twice, one right after the other (Exim to syslog, once for each of its logs): a line that says the same of the same address as the last one of its session, within a second, is its copy and does not count. Needs a session. Default: false."},"note":{"type":"string","maxLength":400,"description":"For the reader."}},"minProperties":1};

function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate40.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(Array.isArray(data)){
if(data.length > 512){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 512},message:"must NOT have more than 512 items",schema:512,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
const _errs2 = errors;
let valid2 = false;
const _errs3 = errors;
if(typeof data0 === "string"){
if(func2(data0) > 4096){
const err1 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/anyOf/0/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema47.items.anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(func2(data0) < 1){
const err2 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/anyOf/0/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema47.items.anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/anyOf/0/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema47.items.anyOf[0].type,parentSchema:schema47.items.anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs3 === errors;
valid2 = valid2 || _valid0;
const _errs5 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(Object.keys(data0).length < 1){
const err4 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/pattern/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema48,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data0){
if(!((((((((key0 === "regex") || (key0 === "json")) || (key0 === "attempts")) || (key0 === "stage")) || (key0 === "provisional")) || (key0 === "settles")) || (key0 === "twice")) || (key0 === "note"))){
const err5 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/pattern/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema48,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data0.regex !== undefined){
let data1 = data0.regex;
if(typeof data1 === "string"){
if(func2(data1) > 4096){
const err6 = {instancePath:instancePath+"/" + i0+"/regex",schemaPath:"#/$defs/pattern/properties/regex/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema48.properties.regex,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(func2(data1) < 1){
const err7 = {instancePath:instancePath+"/" + i0+"/regex",schemaPath:"#/$defs/pattern/properties/regex/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema48.properties.regex,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/" + i0+"/regex",schemaPath:"#/$defs/pattern/properties/regex/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema48.properties.regex.type,parentSchema:schema48.properties.regex,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data0.json !== undefined){
let data2 = data0.json;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length > 16){
const err9 = {instancePath:instancePath+"/" + i0+"/json",schemaPath:"#/$defs/pattern/properties/json/maxProperties",keyword:"maxProperties",params:{limit: 16},message:"must NOT have more than 16 properties",schema:16,parentSchema:schema48.properties.json,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(Object.keys(data2).length < 1){
const err10 = {instancePath:instancePath+"/" + i0+"/json",schemaPath:"#/$defs/pattern/properties/json/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema48.properties.json,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data2){
let data3 = data2[key1];
if(typeof data3 === "string"){
if(func2(data3) > 4096){
const err11 = {instancePath:instancePath+"/" + i0+"/json/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/pattern/properties/json/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema48.properties.json.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(func2(data3) < 1){
const err12 = {instancePath:instancePath+"/" + i0+"/json/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/pattern/properties/json/additionalProperties/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema48.properties.json.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/" + i0+"/json/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/pattern/properties/json/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema48.properties.json.additionalProperties.type,parentSchema:schema48.properties.json.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/" + i0+"/json",schemaPath:"#/$defs/pattern/properties/json/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema48.properties.json.type,parentSchema:schema48.properties.json,data:data2};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data0.attempts !== undefined){
let data4 = data0.attempts;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err15 = {instancePath:instancePath+"/" + i0+"/attempts",schemaPath:"#/$defs/pattern/properties/attempts/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema48.properties.attempts.type,parentSchema:schema48.properties.attempts,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 100 || isNaN(data4)){
const err16 = {instancePath:instancePath+"/" + i0+"/attempts",schemaPath:"#/$defs/pattern/properties/attempts/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema48.properties.attempts,data:data4};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data4 < 1 || isNaN(data4)){
const err17 = {instancePath:instancePath+"/" + i0+"/attempts",schemaPath:"#/$defs/pattern/properties/attempts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema48.properties.attempts,data:data4};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
if(data0.stage !== undefined){
let data5 = data0.stage;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err18 = {instancePath:instancePath+"/" + i0+"/stage",schemaPath:"#/$defs/pattern/properties/stage/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema48.properties.stage.type,parentSchema:schema48.properties.stage,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 20 || isNaN(data5)){
const err19 = {instancePath:instancePath+"/" + i0+"/stage",schemaPath:"#/$defs/pattern/properties/stage/maximum",keyword:"maximum",params:{comparison: "<=", limit: 20},message:"must be <= 20",schema:20,parentSchema:schema48.properties.stage,data:data5};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data5 < 1 || isNaN(data5)){
const err20 = {instancePath:instancePath+"/" + i0+"/stage",schemaPath:"#/$defs/pattern/properties/stage/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema48.properties.stage,data:data5};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data0.provisional !== undefined){
let data6 = data0.provisional;
if(typeof data6 !== "boolean"){
const err21 = {instancePath:instancePath+"/" + i0+"/provisional",schemaPath:"#/$defs/pattern/properties/provisional/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema48.properties.provisional.type,parentSchema:schema48.properties.provisional,data:data6};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data0.settles !== undefined){
let data7 = data0.settles;
if(typeof data7 !== "boolean"){
const err22 = {instancePath:instancePath+"/" + i0+"/settles",schemaPath:"#/$defs/pattern/properties/settles/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema48.properties.settles.type,parentSchema:schema48.properties.settles,data:data7};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data0.twice !== undefined){
let data8 = data0.twice;
if(typeof data8 !== "boolean"){
const err23 = {instancePath:instancePath+"/" + i0+"/twice",schemaPath:"#/$defs/pattern/properties/twice/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema48.properties.twice.type,parentSchema:schema48.properties.twice,data:data8};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data0.note !== undefined){
let data9 = data0.note;
if(typeof data9 === "string"){
if(func2(data9) > 400){
const err24 = {instancePath:instancePath+"/" + i0+"/note",schemaPath:"#/$defs/pattern/properties/note/maxLength",keyword:"maxLength",params:{limit: 400},message:"must NOT have more than 400 characters",schema:400,parentSchema:schema48.properties.note,data:data9};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/" + i0+"/note",schemaPath:"#/$defs/pattern/properties/note/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema48.properties.note.type,parentSchema:schema48.properties.note,data:data9};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/pattern/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema48.type,parentSchema:schema48,data:data0};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
var _valid0 = _errs5 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err27 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema47.items.anyOf,parentSchema:schema47.items,data:data0};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
else {
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err28 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema47.type,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
validate40.errors = vErrors;
return errors === 0;
}
validate40.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};


function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate39.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func1.call(schema64.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.filter !== undefined){
let data0 = data.filter;
if(typeof data0 === "string"){
if(!pattern9.test(data0)){
const err1 = {instancePath:instancePath+"/filter",schemaPath:"filter.schema.json#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_-]{0,39}$",parentSchema:schema42,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/filter",schemaPath:"filter.schema.json#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.type,parentSchema:schema42,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.mode !== undefined){
let data1 = data.mode;
if(typeof data1 === "string"){
if(!pattern9.test(data1)){
const err3 = {instancePath:instancePath+"/mode",schemaPath:"filter.schema.json#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_-]{0,39}$",parentSchema:schema42,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/mode",schemaPath:"filter.schema.json#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.type,parentSchema:schema42,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.enabled !== undefined){
let data2 = data.enabled;
if(typeof data2 !== "boolean"){
const err5 = {instancePath:instancePath+"/enabled",schemaPath:"#/$defs/jailOptions/properties/enabled/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema67.type,parentSchema:schema67,data:data2};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.maxretry !== undefined){
let data3 = data.maxretry;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err6 = {instancePath:instancePath+"/maxretry",schemaPath:"#/$defs/jailOptions/properties/maxretry/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema68.type,parentSchema:schema68,data:data3};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 10000 || isNaN(data3)){
const err7 = {instancePath:instancePath+"/maxretry",schemaPath:"#/$defs/jailOptions/properties/maxretry/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema68,data:data3};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data3 < 1 || isNaN(data3)){
const err8 = {instancePath:instancePath+"/maxretry",schemaPath:"#/$defs/jailOptions/properties/maxretry/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema68,data:data3};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
if(data.findtime !== undefined){
let data4 = data.findtime;
const _errs16 = errors;
let valid6 = false;
const _errs17 = errors;
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < -1 || isNaN(data4)){
const err9 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/jailOptions/properties/findtime/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data4};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/jailOptions/properties/findtime/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data4};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
var _valid0 = _errs17 === errors;
valid6 = valid6 || _valid0;
const _errs19 = errors;
if(typeof data4 === "string"){
if(func2(data4) > 40){
const err11 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/jailOptions/properties/findtime/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/jailOptions/properties/findtime/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
var _valid0 = _errs19 === errors;
valid6 = valid6 || _valid0;
if(!valid6){
const err13 = {instancePath:instancePath+"/findtime",schemaPath:"#/$defs/jailOptions/properties/findtime/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
else {
errors = _errs16;
if(vErrors !== null){
if(_errs16){
vErrors.length = _errs16;
}
else {
vErrors = null;
}
}
}
}
if(data.bantime !== undefined){
let data5 = data.bantime;
const _errs23 = errors;
let valid8 = false;
const _errs24 = errors;
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < -1 || isNaN(data5)){
const err14 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/jailOptions/properties/bantime/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/jailOptions/properties/bantime/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var _valid1 = _errs24 === errors;
valid8 = valid8 || _valid1;
const _errs26 = errors;
if(typeof data5 === "string"){
if(func2(data5) > 40){
const err16 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/jailOptions/properties/bantime/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data5};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/jailOptions/properties/bantime/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data5};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
var _valid1 = _errs26 === errors;
valid8 = valid8 || _valid1;
if(!valid8){
const err18 = {instancePath:instancePath+"/bantime",schemaPath:"#/$defs/jailOptions/properties/bantime/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
else {
errors = _errs23;
if(vErrors !== null){
if(_errs23){
vErrors.length = _errs23;
}
else {
vErrors = null;
}
}
}
}
if(data.ignoreip !== undefined){
let data6 = data.ignoreip;
if(Array.isArray(data6)){
if(data6.length > 10000){
const err19 = {instancePath:instancePath+"/ignoreip",schemaPath:"#/$defs/jailOptions/properties/ignoreip/maxItems",keyword:"maxItems",params:{limit: 10000},message:"must NOT have more than 10000 items",schema:10000,parentSchema:schema71,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
if(typeof data7 === "string"){
if(func2(data7) > 255){
const err20 = {instancePath:instancePath+"/ignoreip/" + i0,schemaPath:"#/$defs/jailOptions/properties/ignoreip/items/maxLength",keyword:"maxLength",params:{limit: 255},message:"must NOT have more than 255 characters",schema:255,parentSchema:schema71.items,data:data7};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(func2(data7) < 1){
const err21 = {instancePath:instancePath+"/ignoreip/" + i0,schemaPath:"#/$defs/jailOptions/properties/ignoreip/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema71.items,data:data7};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/ignoreip/" + i0,schemaPath:"#/$defs/jailOptions/properties/ignoreip/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema71.items.type,parentSchema:schema71.items,data:data7};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/ignoreip",schemaPath:"#/$defs/jailOptions/properties/ignoreip/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema71.type,parentSchema:schema71,data:data6};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.ports !== undefined){
let data8 = data.ports;
const _errs35 = errors;
let valid13 = false;
const _errs36 = errors;
if("all" !== data8){
const err24 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/0/const",keyword:"const",params:{allowedValue: "all"},message:"must be equal to constant",schema:"all",parentSchema:schema43.anyOf[0],data:data8};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
var _valid2 = _errs36 === errors;
valid13 = valid13 || _valid2;
const _errs37 = errors;
if(Array.isArray(data8)){
if(data8.length > 64){
const err25 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema43.anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data8.length < 1){
const err26 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema43.anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
const _errs40 = errors;
let valid16 = false;
const _errs41 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
const err27 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/items/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema43.anyOf[1].items.anyOf[0].type,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data9};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 > 65535 || isNaN(data9)){
const err28 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/items/anyOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data9};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data9 < 1 || isNaN(data9)){
const err29 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/items/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data9};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
var _valid3 = _errs41 === errors;
valid16 = valid16 || _valid3;
const _errs43 = errors;
if(typeof data9 === "string"){
if(!pattern11.test(data9)){
const err30 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/items/anyOf/1/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$",parentSchema:schema43.anyOf[1].items.anyOf[1],data:data9};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/items/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.anyOf[1].items.anyOf[1].type,parentSchema:schema43.anyOf[1].items.anyOf[1],data:data9};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
var _valid3 = _errs43 === errors;
valid16 = valid16 || _valid3;
if(!valid16){
const err32 = {instancePath:instancePath+"/ports/" + i1,schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/items/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema43.anyOf[1].items.anyOf,parentSchema:schema43.anyOf[1].items,data:data9};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
else {
errors = _errs40;
if(vErrors !== null){
if(_errs40){
vErrors.length = _errs40;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err33 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/jailOptions/properties/ports/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema43.anyOf[1].type,parentSchema:schema43.anyOf[1],data:data8};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
var _valid2 = _errs37 === errors;
valid13 = valid13 || _valid2;
if(!valid13){
const err34 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/jailOptions/properties/ports/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema43.anyOf,parentSchema:schema43,data:data8};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
else {
errors = _errs35;
if(vErrors !== null){
if(_errs35){
vErrors.length = _errs35;
}
else {
vErrors = null;
}
}
}
}
if(data.protocols !== undefined){
let data10 = data.protocols;
if(Array.isArray(data10)){
if(data10.length < 1){
const err35 = {instancePath:instancePath+"/protocols",schemaPath:"#/$defs/jailOptions/properties/protocols/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema44,data:data10};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
const len2 = data10.length;
for(let i2=0; i2<len2; i2++){
let data11 = data10[i2];
if(!(((((data11 === "tcp") || (data11 === "udp")) || (data11 === "sctp")) || (data11 === "dccp")) || (data11 === "udplite"))){
const err36 = {instancePath:instancePath+"/protocols/" + i2,schemaPath:"#/$defs/jailOptions/properties/protocols/items/enum",keyword:"enum",params:{allowedValues: schema44.items.enum},message:"must be equal to one of the allowed values",schema:schema44.items.enum,parentSchema:schema44.items,data:data11};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
let i3 = data10.length;
let j0;
if(i3 > 1){
outer0:
for(;i3--;){
for(j0 = i3; j0--;){
if(func0(data10[i3], data10[j0])){
const err37 = {instancePath:instancePath+"/protocols",schemaPath:"#/$defs/jailOptions/properties/protocols/uniqueItems",keyword:"uniqueItems",params:{i: i3, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i3+" are identical)",schema:true,parentSchema:schema44,data:data10};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
break outer0;
}
}
}
}
}
else {
const err38 = {instancePath:instancePath+"/protocols",schemaPath:"#/$defs/jailOptions/properties/protocols/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema44.type,parentSchema:schema44,data:data10};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.blocktype !== undefined){
let data12 = data.blocktype;
if(!((data12 === "drop") || (data12 === "reject"))){
const err39 = {instancePath:instancePath+"/blocktype",schemaPath:"#/$defs/jailOptions/properties/blocktype/enum",keyword:"enum",params:{allowedValues: schema74.enum},message:"must be equal to one of the allowed values",schema:schema74.enum,parentSchema:schema74,data:data12};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.prefix4 !== undefined){
let data13 = data.prefix4;
if(!(((typeof data13 == "number") && (!(data13 % 1) && !isNaN(data13))) && (isFinite(data13)))){
const err40 = {instancePath:instancePath+"/prefix4",schemaPath:"#/$defs/jailOptions/properties/prefix4/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema75.type,parentSchema:schema75,data:data13};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 32 || isNaN(data13)){
const err41 = {instancePath:instancePath+"/prefix4",schemaPath:"#/$defs/jailOptions/properties/prefix4/maximum",keyword:"maximum",params:{comparison: "<=", limit: 32},message:"must be <= 32",schema:32,parentSchema:schema75,data:data13};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data13 < 24 || isNaN(data13)){
const err42 = {instancePath:instancePath+"/prefix4",schemaPath:"#/$defs/jailOptions/properties/prefix4/minimum",keyword:"minimum",params:{comparison: ">=", limit: 24},message:"must be >= 24",schema:24,parentSchema:schema75,data:data13};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
if(data.prefix6 !== undefined){
let data14 = data.prefix6;
if(!(((typeof data14 == "number") && (!(data14 % 1) && !isNaN(data14))) && (isFinite(data14)))){
const err43 = {instancePath:instancePath+"/prefix6",schemaPath:"#/$defs/jailOptions/properties/prefix6/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema76.type,parentSchema:schema76,data:data14};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 128 || isNaN(data14)){
const err44 = {instancePath:instancePath+"/prefix6",schemaPath:"#/$defs/jailOptions/properties/prefix6/maximum",keyword:"maximum",params:{comparison: "<=", limit: 128},message:"must be <= 128",schema:128,parentSchema:schema76,data:data14};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(data14 < 48 || isNaN(data14)){
const err45 = {instancePath:instancePath+"/prefix6",schemaPath:"#/$defs/jailOptions/properties/prefix6/minimum",keyword:"minimum",params:{comparison: ">=", limit: 48},message:"must be >= 48",schema:48,parentSchema:schema76,data:data14};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
if(data.maxmatches !== undefined){
let data15 = data.maxmatches;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
const err46 = {instancePath:instancePath+"/maxmatches",schemaPath:"#/$defs/jailOptions/properties/maxmatches/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema77.type,parentSchema:schema77,data:data15};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 100 || isNaN(data15)){
const err47 = {instancePath:instancePath+"/maxmatches",schemaPath:"#/$defs/jailOptions/properties/maxmatches/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema77,data:data15};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(data15 < 0 || isNaN(data15)){
const err48 = {instancePath:instancePath+"/maxmatches",schemaPath:"#/$defs/jailOptions/properties/maxmatches/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema77,data:data15};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
if(data.dryrun !== undefined){
let data16 = data.dryrun;
if(typeof data16 !== "boolean"){
const err49 = {instancePath:instancePath+"/dryrun",schemaPath:"#/$defs/jailOptions/properties/dryrun/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema78.type,parentSchema:schema78,data:data16};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data["bantime.increment"] !== undefined){
let data17 = data["bantime.increment"];
if(typeof data17 !== "boolean"){
const err50 = {instancePath:instancePath+"/bantime.increment",schemaPath:"#/$defs/jailOptions/properties/bantime.increment/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema79.type,parentSchema:schema79,data:data17};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data["bantime.factor"] !== undefined){
let data18 = data["bantime.factor"];
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 10000 || isNaN(data18)){
const err51 = {instancePath:instancePath+"/bantime.factor",schemaPath:"#/$defs/jailOptions/properties/bantime.factor/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema80,data:data18};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if(data18 < 0.01 || isNaN(data18)){
const err52 = {instancePath:instancePath+"/bantime.factor",schemaPath:"#/$defs/jailOptions/properties/bantime.factor/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0.01},message:"must be >= 0.01",schema:0.01,parentSchema:schema80,data:data18};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/bantime.factor",schemaPath:"#/$defs/jailOptions/properties/bantime.factor/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema80.type,parentSchema:schema80,data:data18};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data["bantime.multipliers"] !== undefined){
let data19 = data["bantime.multipliers"];
if(Array.isArray(data19)){
if(data19.length > 64){
const err54 = {instancePath:instancePath+"/bantime.multipliers",schemaPath:"#/$defs/jailOptions/properties/bantime.multipliers/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema81,data:data19};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(data19.length < 1){
const err55 = {instancePath:instancePath+"/bantime.multipliers",schemaPath:"#/$defs/jailOptions/properties/bantime.multipliers/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema81,data:data19};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
const len3 = data19.length;
for(let i4=0; i4<len3; i4++){
let data20 = data19[i4];
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 1000000 || isNaN(data20)){
const err56 = {instancePath:instancePath+"/bantime.multipliers/" + i4,schemaPath:"#/$defs/jailOptions/properties/bantime.multipliers/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000},message:"must be <= 1000000",schema:1000000,parentSchema:schema81.items,data:data20};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data20 <= 0 || isNaN(data20)){
const err57 = {instancePath:instancePath+"/bantime.multipliers/" + i4,schemaPath:"#/$defs/jailOptions/properties/bantime.multipliers/items/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0},message:"must be > 0",schema:0,parentSchema:schema81.items,data:data20};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
else {
const err58 = {instancePath:instancePath+"/bantime.multipliers/" + i4,schemaPath:"#/$defs/jailOptions/properties/bantime.multipliers/items/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema81.items.type,parentSchema:schema81.items,data:data20};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
else {
const err59 = {instancePath:instancePath+"/bantime.multipliers",schemaPath:"#/$defs/jailOptions/properties/bantime.multipliers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema81.type,parentSchema:schema81,data:data19};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data["bantime.formula"] !== undefined){
let data21 = data["bantime.formula"];
if(typeof data21 === "string"){
if(func2(data21) > 400){
const err60 = {instancePath:instancePath+"/bantime.formula",schemaPath:"#/$defs/jailOptions/properties/bantime.formula/maxLength",keyword:"maxLength",params:{limit: 400},message:"must NOT have more than 400 characters",schema:400,parentSchema:schema82,data:data21};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(func2(data21) < 1){
const err61 = {instancePath:instancePath+"/bantime.formula",schemaPath:"#/$defs/jailOptions/properties/bantime.formula/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema82,data:data21};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/bantime.formula",schemaPath:"#/$defs/jailOptions/properties/bantime.formula/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema82.type,parentSchema:schema82,data:data21};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data["bantime.maxtime"] !== undefined){
let data22 = data["bantime.maxtime"];
const _errs79 = errors;
let valid33 = false;
const _errs80 = errors;
if((typeof data22 == "number") && (isFinite(data22))){
if(data22 < -1 || isNaN(data22)){
const err63 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/jailOptions/properties/bantime.maxtime/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data22};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/jailOptions/properties/bantime.maxtime/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data22};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
var _valid4 = _errs80 === errors;
valid33 = valid33 || _valid4;
const _errs82 = errors;
if(typeof data22 === "string"){
if(func2(data22) > 40){
const err65 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/jailOptions/properties/bantime.maxtime/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data22};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
else {
const err66 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/jailOptions/properties/bantime.maxtime/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data22};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
var _valid4 = _errs82 === errors;
valid33 = valid33 || _valid4;
if(!valid33){
const err67 = {instancePath:instancePath+"/bantime.maxtime",schemaPath:"#/$defs/jailOptions/properties/bantime.maxtime/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data22};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
else {
errors = _errs79;
if(vErrors !== null){
if(_errs79){
vErrors.length = _errs79;
}
else {
vErrors = null;
}
}
}
}
if(data["bantime.rndtime"] !== undefined){
let data23 = data["bantime.rndtime"];
const _errs86 = errors;
let valid35 = false;
const _errs87 = errors;
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 < -1 || isNaN(data23)){
const err68 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/jailOptions/properties/bantime.rndtime/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data23};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/jailOptions/properties/bantime.rndtime/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data23};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
var _valid5 = _errs87 === errors;
valid35 = valid35 || _valid5;
const _errs89 = errors;
if(typeof data23 === "string"){
if(func2(data23) > 40){
const err70 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/jailOptions/properties/bantime.rndtime/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data23};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
else {
const err71 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/jailOptions/properties/bantime.rndtime/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data23};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
var _valid5 = _errs89 === errors;
valid35 = valid35 || _valid5;
if(!valid35){
const err72 = {instancePath:instancePath+"/bantime.rndtime",schemaPath:"#/$defs/jailOptions/properties/bantime.rndtime/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data23};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
else {
errors = _errs86;
if(vErrors !== null){
if(_errs86){
vErrors.length = _errs86;
}
else {
vErrors = null;
}
}
}
}
if(data["bantime.overalljails"] !== undefined){
let data24 = data["bantime.overalljails"];
if(typeof data24 !== "boolean"){
const err73 = {instancePath:instancePath+"/bantime.overalljails",schemaPath:"#/$defs/jailOptions/properties/bantime.overalljails/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema85.type,parentSchema:schema85,data:data24};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
if(data["bantime.decay"] !== undefined){
let data25 = data["bantime.decay"];
const _errs96 = errors;
let valid38 = false;
const _errs97 = errors;
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < -1 || isNaN(data25)){
const err74 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/jailOptions/properties/bantime.decay/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data25};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
else {
const err75 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/jailOptions/properties/bantime.decay/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data25};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
var _valid6 = _errs97 === errors;
valid38 = valid38 || _valid6;
const _errs99 = errors;
if(typeof data25 === "string"){
if(func2(data25) > 40){
const err76 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/jailOptions/properties/bantime.decay/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data25};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
else {
const err77 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/jailOptions/properties/bantime.decay/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data25};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
var _valid6 = _errs99 === errors;
valid38 = valid38 || _valid6;
if(!valid38){
const err78 = {instancePath:instancePath+"/bantime.decay",schemaPath:"#/$defs/jailOptions/properties/bantime.decay/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data25};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
else {
errors = _errs96;
if(vErrors !== null){
if(_errs96){
vErrors.length = _errs96;
}
else {
vErrors = null;
}
}
}
}
if(data.knownoffenders !== undefined){
let data26 = data.knownoffenders;
if(typeof data26 !== "boolean"){
const err79 = {instancePath:instancePath+"/knownoffenders",schemaPath:"#/$defs/jailOptions/properties/knownoffenders/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema87.type,parentSchema:schema87,data:data26};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data.forgive !== undefined){
let data27 = data.forgive;
if(!(((data27 === "no") || (data27 === "forget")) || (data27 === "shorten"))){
const err80 = {instancePath:instancePath+"/forgive",schemaPath:"#/$defs/jailOptions/properties/forgive/enum",keyword:"enum",params:{allowedValues: schema88.enum},message:"must be equal to one of the allowed values",schema:schema88.enum,parentSchema:schema88,data:data27};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data.spread4 !== undefined){
let data28 = data.spread4;
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
if(data28.count === undefined){
const err81 = {instancePath:instancePath+"/spread4",schemaPath:"#/$defs/jailOptions/properties/spread4/required",keyword:"required",params:{missingProperty: "count"},message:"must have required property '"+"count"+"'",schema:schema89.required,parentSchema:schema89,data:data28};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(data28.length === undefined){
const err82 = {instancePath:instancePath+"/spread4",schemaPath:"#/$defs/jailOptions/properties/spread4/required",keyword:"required",params:{missingProperty: "length"},message:"must have required property '"+"length"+"'",schema:schema89.required,parentSchema:schema89,data:data28};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
for(const key1 in data28){
if(!((key1 === "count") || (key1 === "length"))){
const err83 = {instancePath:instancePath+"/spread4",schemaPath:"#/$defs/jailOptions/properties/spread4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema89,data:data28};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data28.count !== undefined){
let data29 = data28.count;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
const err84 = {instancePath:instancePath+"/spread4/count",schemaPath:"#/$defs/jailOptions/properties/spread4/properties/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema89.properties.count.type,parentSchema:schema89.properties.count,data:data29};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 65535 || isNaN(data29)){
const err85 = {instancePath:instancePath+"/spread4/count",schemaPath:"#/$defs/jailOptions/properties/spread4/properties/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema89.properties.count,data:data29};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if(data29 < 2 || isNaN(data29)){
const err86 = {instancePath:instancePath+"/spread4/count",schemaPath:"#/$defs/jailOptions/properties/spread4/properties/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema89.properties.count,data:data29};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
}
if(data28.length !== undefined){
let data30 = data28.length;
if(!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))){
const err87 = {instancePath:instancePath+"/spread4/length",schemaPath:"#/$defs/jailOptions/properties/spread4/properties/length/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema89.properties.length.type,parentSchema:schema89.properties.length,data:data30};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 > 31 || isNaN(data30)){
const err88 = {instancePath:instancePath+"/spread4/length",schemaPath:"#/$defs/jailOptions/properties/spread4/properties/length/maximum",keyword:"maximum",params:{comparison: "<=", limit: 31},message:"must be <= 31",schema:31,parentSchema:schema89.properties.length,data:data30};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if(data30 < 24 || isNaN(data30)){
const err89 = {instancePath:instancePath+"/spread4/length",schemaPath:"#/$defs/jailOptions/properties/spread4/properties/length/minimum",keyword:"minimum",params:{comparison: ">=", limit: 24},message:"must be >= 24",schema:24,parentSchema:schema89.properties.length,data:data30};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
}
}
else {
const err90 = {instancePath:instancePath+"/spread4",schemaPath:"#/$defs/jailOptions/properties/spread4/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema89.type,parentSchema:schema89,data:data28};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data.spread6 !== undefined){
let data31 = data.spread6;
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
if(data31.count === undefined){
const err91 = {instancePath:instancePath+"/spread6",schemaPath:"#/$defs/jailOptions/properties/spread6/required",keyword:"required",params:{missingProperty: "count"},message:"must have required property '"+"count"+"'",schema:schema90.required,parentSchema:schema90,data:data31};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if(data31.length === undefined){
const err92 = {instancePath:instancePath+"/spread6",schemaPath:"#/$defs/jailOptions/properties/spread6/required",keyword:"required",params:{missingProperty: "length"},message:"must have required property '"+"length"+"'",schema:schema90.required,parentSchema:schema90,data:data31};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
for(const key2 in data31){
if(!((key2 === "count") || (key2 === "length"))){
const err93 = {instancePath:instancePath+"/spread6",schemaPath:"#/$defs/jailOptions/properties/spread6/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema90,data:data31};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data31.count !== undefined){
let data32 = data31.count;
if(!(((typeof data32 == "number") && (!(data32 % 1) && !isNaN(data32))) && (isFinite(data32)))){
const err94 = {instancePath:instancePath+"/spread6/count",schemaPath:"#/$defs/jailOptions/properties/spread6/properties/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema90.properties.count.type,parentSchema:schema90.properties.count,data:data32};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if((typeof data32 == "number") && (isFinite(data32))){
if(data32 > 65535 || isNaN(data32)){
const err95 = {instancePath:instancePath+"/spread6/count",schemaPath:"#/$defs/jailOptions/properties/spread6/properties/count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema90.properties.count,data:data32};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
if(data32 < 2 || isNaN(data32)){
const err96 = {instancePath:instancePath+"/spread6/count",schemaPath:"#/$defs/jailOptions/properties/spread6/properties/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema90.properties.count,data:data32};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
}
if(data31.length !== undefined){
let data33 = data31.length;
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
const err97 = {instancePath:instancePath+"/spread6/length",schemaPath:"#/$defs/jailOptions/properties/spread6/properties/length/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema90.properties.length.type,parentSchema:schema90.properties.length,data:data33};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 > 127 || isNaN(data33)){
const err98 = {instancePath:instancePath+"/spread6/length",schemaPath:"#/$defs/jailOptions/properties/spread6/properties/length/maximum",keyword:"maximum",params:{comparison: "<=", limit: 127},message:"must be <= 127",schema:127,parentSchema:schema90.properties.length,data:data33};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if(data33 < 48 || isNaN(data33)){
const err99 = {instancePath:instancePath+"/spread6/length",schemaPath:"#/$defs/jailOptions/properties/spread6/properties/length/minimum",keyword:"minimum",params:{comparison: ">=", limit: 48},message:"must be >= 48",schema:48,parentSchema:schema90.properties.length,data:data33};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
}
}
else {
const err100 = {instancePath:instancePath+"/spread6",schemaPath:"#/$defs/jailOptions/properties/spread6/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema90.type,parentSchema:schema90,data:data31};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
if(data.sources !== undefined){
let data34 = data.sources;
if(Array.isArray(data34)){
if(data34.length > 64){
const err101 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema64.properties.sources,data:data34};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
if(data34.length < 1){
const err102 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.sources,data:data34};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
const len4 = data34.length;
for(let i5=0; i5<len4; i5++){
let data35 = data34[i5];
if(typeof data35 === "string"){
if(!pattern4.test(data35)){
const err103 = {instancePath:instancePath+"/sources/" + i5,schemaPath:"#/$defs/sourceName/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_.-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_.-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_.-]{0,39}$",parentSchema:schema34,data:data35};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
else {
const err104 = {instancePath:instancePath+"/sources/" + i5,schemaPath:"#/$defs/sourceName/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema34.type,parentSchema:schema34,data:data35};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
}
else {
const err105 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.sources.type,parentSchema:schema64.properties.sources,data:data34};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
if(data.failregex !== undefined){
if(!(validate40(data.failregex, {instancePath:instancePath+"/failregex",parentData:data,parentDataProperty:"failregex",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.ignoreregex !== undefined){
let data37 = data.ignoreregex;
if(Array.isArray(data37)){
if(data37.length > 256){
const err106 = {instancePath:instancePath+"/ignoreregex",schemaPath:"#/properties/ignoreregex/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items",schema:256,parentSchema:schema64.properties.ignoreregex,data:data37};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
const len5 = data37.length;
for(let i6=0; i6<len5; i6++){
let data38 = data37[i6];
if(typeof data38 === "string"){
if(func2(data38) > 4096){
const err107 = {instancePath:instancePath+"/ignoreregex/" + i6,schemaPath:"#/properties/ignoreregex/items/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema64.properties.ignoreregex.items,data:data38};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if(func2(data38) < 1){
const err108 = {instancePath:instancePath+"/ignoreregex/" + i6,schemaPath:"#/properties/ignoreregex/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema64.properties.ignoreregex.items,data:data38};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
else {
const err109 = {instancePath:instancePath+"/ignoreregex/" + i6,schemaPath:"#/properties/ignoreregex/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.ignoreregex.items.type,parentSchema:schema64.properties.ignoreregex.items,data:data38};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
}
else {
const err110 = {instancePath:instancePath+"/ignoreregex",schemaPath:"#/properties/ignoreregex/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.ignoreregex.type,parentSchema:schema64.properties.ignoreregex,data:data37};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data.identifiers !== undefined){
let data39 = data.identifiers;
if(Array.isArray(data39)){
if(data39.length > 64){
const err111 = {instancePath:instancePath+"/identifiers",schemaPath:"#/properties/identifiers/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema64.properties.identifiers,data:data39};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
const len6 = data39.length;
for(let i7=0; i7<len6; i7++){
let data40 = data39[i7];
if(typeof data40 === "string"){
if(func2(data40) > 128){
const err112 = {instancePath:instancePath+"/identifiers/" + i7,schemaPath:"#/properties/identifiers/items/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",schema:128,parentSchema:schema64.properties.identifiers.items,data:data40};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
else {
const err113 = {instancePath:instancePath+"/identifiers/" + i7,schemaPath:"#/properties/identifiers/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.identifiers.items.type,parentSchema:schema64.properties.identifiers.items,data:data40};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
}
else {
const err114 = {instancePath:instancePath+"/identifiers",schemaPath:"#/properties/identifiers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.identifiers.type,parentSchema:schema64.properties.identifiers,data:data39};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
if(data.units !== undefined){
let data41 = data.units;
if(Array.isArray(data41)){
if(data41.length > 64){
const err115 = {instancePath:instancePath+"/units",schemaPath:"#/properties/units/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema64.properties.units,data:data41};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
const len7 = data41.length;
for(let i8=0; i8<len7; i8++){
let data42 = data41[i8];
if(typeof data42 === "string"){
if(func2(data42) > 256){
const err116 = {instancePath:instancePath+"/units/" + i8,schemaPath:"#/properties/units/items/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters",schema:256,parentSchema:schema64.properties.units.items,data:data42};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
if(func2(data42) < 1){
const err117 = {instancePath:instancePath+"/units/" + i8,schemaPath:"#/properties/units/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema64.properties.units.items,data:data42};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
else {
const err118 = {instancePath:instancePath+"/units/" + i8,schemaPath:"#/properties/units/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.units.items.type,parentSchema:schema64.properties.units.items,data:data42};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
}
else {
const err119 = {instancePath:instancePath+"/units",schemaPath:"#/properties/units/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.units.type,parentSchema:schema64.properties.units,data:data41};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
if(data.uids !== undefined){
let data43 = data.uids;
if(Array.isArray(data43)){
if(data43.length > 32){
const err120 = {instancePath:instancePath+"/uids",schemaPath:"#/properties/uids/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items",schema:32,parentSchema:schema64.properties.uids,data:data43};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
const len8 = data43.length;
for(let i9=0; i9<len8; i9++){
let data44 = data43[i9];
const _errs143 = errors;
let valid56 = false;
const _errs144 = errors;
if(!(((typeof data44 == "number") && (!(data44 % 1) && !isNaN(data44))) && (isFinite(data44)))){
const err121 = {instancePath:instancePath+"/uids/" + i9,schemaPath:"#/properties/uids/items/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema64.properties.uids.items.anyOf[0].type,parentSchema:schema64.properties.uids.items.anyOf[0],data:data44};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 > 4294967294 || isNaN(data44)){
const err122 = {instancePath:instancePath+"/uids/" + i9,schemaPath:"#/properties/uids/items/anyOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294},message:"must be <= 4294967294",schema:4294967294,parentSchema:schema64.properties.uids.items.anyOf[0],data:data44};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
if(data44 < 0 || isNaN(data44)){
const err123 = {instancePath:instancePath+"/uids/" + i9,schemaPath:"#/properties/uids/items/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema64.properties.uids.items.anyOf[0],data:data44};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
var _valid7 = _errs144 === errors;
valid56 = valid56 || _valid7;
const _errs146 = errors;
if(typeof data44 === "string"){
if(!pattern24.test(data44)){
const err124 = {instancePath:instancePath+"/uids/" + i9,schemaPath:"#/properties/uids/items/anyOf/1/pattern",keyword:"pattern",params:{pattern: "^[a-z_][a-z0-9_.-]{0,31}$"},message:"must match pattern \""+"^[a-z_][a-z0-9_.-]{0,31}$"+"\"",schema:"^[a-z_][a-z0-9_.-]{0,31}$",parentSchema:schema64.properties.uids.items.anyOf[1],data:data44};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
}
else {
const err125 = {instancePath:instancePath+"/uids/" + i9,schemaPath:"#/properties/uids/items/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.uids.items.anyOf[1].type,parentSchema:schema64.properties.uids.items.anyOf[1],data:data44};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
var _valid7 = _errs146 === errors;
valid56 = valid56 || _valid7;
if(!valid56){
const err126 = {instancePath:instancePath+"/uids/" + i9,schemaPath:"#/properties/uids/items/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema64.properties.uids.items.anyOf,parentSchema:schema64.properties.uids.items,data:data44};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
else {
errors = _errs143;
if(vErrors !== null){
if(_errs143){
vErrors.length = _errs143;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err127 = {instancePath:instancePath+"/uids",schemaPath:"#/properties/uids/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.uids.type,parentSchema:schema64.properties.uids,data:data43};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
if(data.transports !== undefined){
let data45 = data.transports;
if(Array.isArray(data45)){
if(data45.length < 1){
const err128 = {instancePath:instancePath+"/transports",schemaPath:"#/properties/transports/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema64.properties.transports,data:data45};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
const len9 = data45.length;
for(let i10=0; i10<len9; i10++){
let data46 = data45[i10];
if(!(((((data46 === "syslog") || (data46 === "journal")) || (data46 === "stdout")) || (data46 === "kernel")) || (data46 === "audit"))){
const err129 = {instancePath:instancePath+"/transports/" + i10,schemaPath:"#/properties/transports/items/enum",keyword:"enum",params:{allowedValues: schema64.properties.transports.items.enum},message:"must be equal to one of the allowed values",schema:schema64.properties.transports.items.enum,parentSchema:schema64.properties.transports.items,data:data46};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
let i11 = data45.length;
let j1;
if(i11 > 1){
outer1:
for(;i11--;){
for(j1 = i11; j1--;){
if(func0(data45[i11], data45[j1])){
const err130 = {instancePath:instancePath+"/transports",schemaPath:"#/properties/transports/uniqueItems",keyword:"uniqueItems",params:{i: i11, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i11+" are identical)",schema:true,parentSchema:schema64.properties.transports,data:data45};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
break outer1;
}
}
}
}
}
else {
const err131 = {instancePath:instancePath+"/transports",schemaPath:"#/properties/transports/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema64.properties.transports.type,parentSchema:schema64.properties.transports,data:data45};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
if(data.container !== undefined){
let data47 = data.container;
if(typeof data47 === "string"){
if(func2(data47) > 128){
const err132 = {instancePath:instancePath+"/container",schemaPath:"#/properties/container/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",schema:128,parentSchema:schema64.properties.container,data:data47};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
if(func2(data47) < 1){
const err133 = {instancePath:instancePath+"/container",schemaPath:"#/properties/container/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema64.properties.container,data:data47};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
else {
const err134 = {instancePath:instancePath+"/container",schemaPath:"#/properties/container/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema64.properties.container.type,parentSchema:schema64.properties.container,data:data47};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
if(data.ignorecommand !== undefined){
let data48 = data.ignorecommand;
if(Array.isArray(data48)){
if(data48.length > 32){
const err135 = {instancePath:instancePath+"/ignorecommand",schemaPath:"#/$defs/jailOptions/properties/ignorecommand/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items",schema:32,parentSchema:schema94,data:data48};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
if(data48.length < 1){
const err136 = {instancePath:instancePath+"/ignorecommand",schemaPath:"#/$defs/jailOptions/properties/ignorecommand/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema94,data:data48};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
const len10 = data48.length;
for(let i12=0; i12<len10; i12++){
let data49 = data48[i12];
if(typeof data49 === "string"){
if(func2(data49) > 1024){
const err137 = {instancePath:instancePath+"/ignorecommand/" + i12,schemaPath:"#/$defs/jailOptions/properties/ignorecommand/items/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters",schema:1024,parentSchema:schema94.items,data:data49};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
if(func2(data49) < 1){
const err138 = {instancePath:instancePath+"/ignorecommand/" + i12,schemaPath:"#/$defs/jailOptions/properties/ignorecommand/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema94.items,data:data49};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
}
else {
const err139 = {instancePath:instancePath+"/ignorecommand/" + i12,schemaPath:"#/$defs/jailOptions/properties/ignorecommand/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema94.items.type,parentSchema:schema94.items,data:data49};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
}
else {
const err140 = {instancePath:instancePath+"/ignorecommand",schemaPath:"#/$defs/jailOptions/properties/ignorecommand/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema94.type,parentSchema:schema94,data:data48};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
}
else {
const err141 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema64.type,parentSchema:schema64,data};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
validate39.errors = vErrors;
return errors === 0;
}
validate39.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const pattern19 = new RegExp("^[a-z][a-z0-9_-]{0,30}$", "u");

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://bailiff.example.org/schemas/bailiff.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.sources === undefined){
data.sources = [{"type":"journal"}];
}
if(data.firewall === undefined){
data.firewall = {};
}
if(data.state === undefined){
data.state = {};
}
if(data.control === undefined){
data.control = {};
}
if(data.filters === undefined){
data.filters = {};
}
if(data.protect === undefined){
data.protect = {};
}
if(data.log === undefined){
data.log = {};
}
if(data.limits === undefined){
data.limits = {};
}
if(data.defaults === undefined){
data.defaults = {};
}
if(data.jails === undefined){
data.jails = {};
}
for(const key0 in data){
if(!(func1.call(schema31.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.$schema !== undefined){
let data0 = data.$schema;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.$schema.type,parentSchema:schema31.properties.$schema,data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
let data1 = data.sources;
if(Array.isArray(data1)){
if(data1.length > 64){
const err2 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema31.properties.sources,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
if(!(validate21(data1[i0], {instancePath:instancePath+"/sources/" + i0,parentData:data1,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema31.properties.sources.type,parentSchema:schema31.properties.sources,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
let data3 = data.firewall;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.backend === undefined){
data3.backend = "auto";
}
if(data3.log === undefined){
data3.log = false;
}
if(data3.counters === undefined){
data3.counters = false;
}
if(data3.egress === undefined){
data3.egress = false;
}
for(const key1 in data3){
if(!((((key1 === "backend") || (key1 === "log")) || (key1 === "counters")) || (key1 === "egress"))){
const err4 = {instancePath:instancePath+"/firewall",schemaPath:"#/properties/firewall/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.firewall,data:data3};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
let data4 = data3.backend;
if(!((((data4 === "auto") || (data4 === "nftables")) || (data4 === "iptables")) || (data4 === "none"))){
const err5 = {instancePath:instancePath+"/firewall/backend",schemaPath:"#/properties/firewall/properties/backend/enum",keyword:"enum",params:{allowedValues: schema31.properties.firewall.properties.backend.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.firewall.properties.backend.enum,parentSchema:schema31.properties.firewall.properties.backend,data:data4};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
let data5 = data3.log;
if(typeof data5 !== "boolean"){
const err6 = {instancePath:instancePath+"/firewall/log",schemaPath:"#/properties/firewall/properties/log/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.firewall.properties.log.type,parentSchema:schema31.properties.firewall.properties.log,data:data5};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
let data6 = data3.counters;
if(typeof data6 !== "boolean"){
const err7 = {instancePath:instancePath+"/firewall/counters",schemaPath:"#/properties/firewall/properties/counters/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.firewall.properties.counters.type,parentSchema:schema31.properties.firewall.properties.counters,data:data6};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
let data7 = data3.egress;
if(typeof data7 !== "boolean"){
const err8 = {instancePath:instancePath+"/firewall/egress",schemaPath:"#/properties/firewall/properties/egress/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.firewall.properties.egress.type,parentSchema:schema31.properties.firewall.properties.egress,data:data7};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/firewall",schemaPath:"#/properties/firewall/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.firewall.type,parentSchema:schema31.properties.firewall,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
let data8 = data.state;
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.directory === undefined){
data8.directory = "/var/lib/bailiff";
}
if(data8.dbpurgeage === undefined){
data8.dbpurgeage = "7d";
}
for(const key2 in data8){
if(!((key2 === "directory") || (key2 === "dbpurgeage"))){
const err10 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.state,data:data8};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
let data9 = data8.directory;
if(typeof data9 === "string"){
if(func2(data9) > 4096){
const err11 = {instancePath:instancePath+"/state/directory",schemaPath:"#/properties/state/properties/directory/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema31.properties.state.properties.directory,data:data9};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(func2(data9) < 1){
const err12 = {instancePath:instancePath+"/state/directory",schemaPath:"#/properties/state/properties/directory/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema31.properties.state.properties.directory,data:data9};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/state/directory",schemaPath:"#/properties/state/properties/directory/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.state.properties.directory.type,parentSchema:schema31.properties.state.properties.directory,data:data9};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
let data10 = data8.dbpurgeage;
const _errs24 = errors;
let valid6 = false;
const _errs25 = errors;
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < -1 || isNaN(data10)){
const err14 = {instancePath:instancePath+"/state/dbpurgeage",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data10};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/state/dbpurgeage",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data10};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var _valid0 = _errs25 === errors;
valid6 = valid6 || _valid0;
const _errs27 = errors;
if(typeof data10 === "string"){
if(func2(data10) > 40){
const err16 = {instancePath:instancePath+"/state/dbpurgeage",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data10};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/state/dbpurgeage",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data10};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
var _valid0 = _errs27 === errors;
valid6 = valid6 || _valid0;
if(!valid6){
const err18 = {instancePath:instancePath+"/state/dbpurgeage",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data10};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
else {
errors = _errs24;
if(vErrors !== null){
if(_errs24){
vErrors.length = _errs24;
}
else {
vErrors = null;
}
}
}
}
else {
const err19 = {instancePath:instancePath+"/state",schemaPath:"#/properties/state/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.state.type,parentSchema:schema31.properties.state,data:data8};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
let data11 = data.control;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.socket === undefined){
data11.socket = "/run/bailiff/control.sock";
}
for(const key3 in data11){
if(!((key3 === "socket") || (key3 === "statussocket"))){
const err20 = {instancePath:instancePath+"/control",schemaPath:"#/properties/control/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.control,data:data11};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
let data12 = data11.socket;
if(typeof data12 === "string"){
if(func2(data12) > 100){
const err21 = {instancePath:instancePath+"/control/socket",schemaPath:"#/properties/control/properties/socket/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema31.properties.control.properties.socket,data:data12};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(func2(data12) < 1){
const err22 = {instancePath:instancePath+"/control/socket",schemaPath:"#/properties/control/properties/socket/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema31.properties.control.properties.socket,data:data12};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/control/socket",schemaPath:"#/properties/control/properties/socket/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.control.properties.socket.type,parentSchema:schema31.properties.control.properties.socket,data:data12};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data11.statussocket !== undefined){
let data13 = data11.statussocket;
if(typeof data13 === "string"){
if(func2(data13) > 100){
const err24 = {instancePath:instancePath+"/control/statussocket",schemaPath:"#/properties/control/properties/statussocket/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema31.properties.control.properties.statussocket,data:data13};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(func2(data13) < 1){
const err25 = {instancePath:instancePath+"/control/statussocket",schemaPath:"#/properties/control/properties/statussocket/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema31.properties.control.properties.statussocket,data:data13};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
else {
const err26 = {instancePath:instancePath+"/control/statussocket",schemaPath:"#/properties/control/properties/statussocket/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.control.properties.statussocket.type,parentSchema:schema31.properties.control.properties.statussocket,data:data13};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/control",schemaPath:"#/properties/control/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.control.type,parentSchema:schema31.properties.control,data:data11};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
let data14 = data.filters;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.directory === undefined){
data14.directory = "/etc/bailiff/filters";
}
for(const key4 in data14){
if(!(key4 === "directory")){
const err28 = {instancePath:instancePath+"/filters",schemaPath:"#/properties/filters/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.filters,data:data14};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
let data15 = data14.directory;
if(typeof data15 === "string"){
if(func2(data15) > 4096){
const err29 = {instancePath:instancePath+"/filters/directory",schemaPath:"#/properties/filters/properties/directory/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema31.properties.filters.properties.directory,data:data15};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(func2(data15) < 1){
const err30 = {instancePath:instancePath+"/filters/directory",schemaPath:"#/properties/filters/properties/directory/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema31.properties.filters.properties.directory,data:data15};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
else {
const err31 = {instancePath:instancePath+"/filters/directory",schemaPath:"#/properties/filters/properties/directory/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema31.properties.filters.properties.directory.type,parentSchema:schema31.properties.filters.properties.directory,data:data15};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/filters",schemaPath:"#/properties/filters/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.filters.type,parentSchema:schema31.properties.filters,data:data14};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
let data16 = data.protect;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if(data16.sessions === undefined){
data16.sessions = true;
}
if(data16.sessionports === undefined){
data16.sessionports = ["ssh"];
}
if(data16.private === undefined){
data16.private = false;
}
for(const key5 in data16){
if(!(((key5 === "sessions") || (key5 === "sessionports")) || (key5 === "private"))){
const err33 = {instancePath:instancePath+"/protect",schemaPath:"#/properties/protect/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.protect,data:data16};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
let data17 = data16.sessions;
if(typeof data17 !== "boolean"){
const err34 = {instancePath:instancePath+"/protect/sessions",schemaPath:"#/properties/protect/properties/sessions/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.protect.properties.sessions.type,parentSchema:schema31.properties.protect.properties.sessions,data:data17};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
let data18 = data16.sessionports;
const _errs48 = errors;
let valid11 = false;
const _errs49 = errors;
if("all" !== data18){
const err35 = {instancePath:instancePath+"/protect/sessionports",schemaPath:"filter.schema.json#/$defs/ports/anyOf/0/const",keyword:"const",params:{allowedValue: "all"},message:"must be equal to constant",schema:"all",parentSchema:schema43.anyOf[0],data:data18};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
var _valid1 = _errs49 === errors;
valid11 = valid11 || _valid1;
const _errs50 = errors;
if(Array.isArray(data18)){
if(data18.length > 64){
const err36 = {instancePath:instancePath+"/protect/sessionports",schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema43.anyOf[1],data:data18};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(data18.length < 1){
const err37 = {instancePath:instancePath+"/protect/sessionports",schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema43.anyOf[1],data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
const len1 = data18.length;
for(let i1=0; i1<len1; i1++){
let data19 = data18[i1];
const _errs53 = errors;
let valid14 = false;
const _errs54 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
const err38 = {instancePath:instancePath+"/protect/sessionports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema43.anyOf[1].items.anyOf[0].type,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data19};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 65535 || isNaN(data19)){
const err39 = {instancePath:instancePath+"/protect/sessionports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data19};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(data19 < 1 || isNaN(data19)){
const err40 = {instancePath:instancePath+"/protect/sessionports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data19};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
var _valid2 = _errs54 === errors;
valid14 = valid14 || _valid2;
const _errs56 = errors;
if(typeof data19 === "string"){
if(!pattern11.test(data19)){
const err41 = {instancePath:instancePath+"/protect/sessionports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/1/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$",parentSchema:schema43.anyOf[1].items.anyOf[1],data:data19};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
else {
const err42 = {instancePath:instancePath+"/protect/sessionports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.anyOf[1].items.anyOf[1].type,parentSchema:schema43.anyOf[1].items.anyOf[1],data:data19};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
var _valid2 = _errs56 === errors;
valid14 = valid14 || _valid2;
if(!valid14){
const err43 = {instancePath:instancePath+"/protect/sessionports/" + i1,schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/items/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema43.anyOf[1].items.anyOf,parentSchema:schema43.anyOf[1].items,data:data19};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
else {
errors = _errs53;
if(vErrors !== null){
if(_errs53){
vErrors.length = _errs53;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err44 = {instancePath:instancePath+"/protect/sessionports",schemaPath:"filter.schema.json#/$defs/ports/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema43.anyOf[1].type,parentSchema:schema43.anyOf[1],data:data18};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
var _valid1 = _errs50 === errors;
valid11 = valid11 || _valid1;
if(!valid11){
const err45 = {instancePath:instancePath+"/protect/sessionports",schemaPath:"filter.schema.json#/$defs/ports/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema43.anyOf,parentSchema:schema43,data:data18};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
else {
errors = _errs48;
if(vErrors !== null){
if(_errs48){
vErrors.length = _errs48;
}
else {
vErrors = null;
}
}
}
let data20 = data16.private;
if(typeof data20 !== "boolean"){
const err46 = {instancePath:instancePath+"/protect/private",schemaPath:"#/properties/protect/properties/private/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema31.properties.protect.properties.private.type,parentSchema:schema31.properties.protect.properties.private,data:data20};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
else {
const err47 = {instancePath:instancePath+"/protect",schemaPath:"#/properties/protect/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.protect.type,parentSchema:schema31.properties.protect,data:data16};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
let data21 = data.log;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.level === undefined){
data21.level = "info";
}
for(const key6 in data21){
if(!(key6 === "level")){
const err48 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.log,data:data21};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
let data22 = data21.level;
if(!(((((data22 === "error") || (data22 === "warning")) || (data22 === "notice")) || (data22 === "info")) || (data22 === "debug"))){
const err49 = {instancePath:instancePath+"/log/level",schemaPath:"#/properties/log/properties/level/enum",keyword:"enum",params:{allowedValues: schema31.properties.log.properties.level.enum},message:"must be equal to one of the allowed values",schema:schema31.properties.log.properties.level.enum,parentSchema:schema31.properties.log.properties.level,data:data22};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.log.type,parentSchema:schema31.properties.log,data:data21};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
let data23 = data.limits;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(data23.sources === undefined){
data23.sources = 100000;
}
for(const key7 in data23){
if(!(key7 === "sources")){
const err51 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.limits,data:data23};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
let data24 = data23.sources;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
const err52 = {instancePath:instancePath+"/limits/sources",schemaPath:"#/properties/limits/properties/sources/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.limits.properties.sources.type,parentSchema:schema31.properties.limits.properties.sources,data:data24};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 > 10000000 || isNaN(data24)){
const err53 = {instancePath:instancePath+"/limits/sources",schemaPath:"#/properties/limits/properties/sources/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000000},message:"must be <= 10000000",schema:10000000,parentSchema:schema31.properties.limits.properties.sources,data:data24};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data24 < 1000 || isNaN(data24)){
const err54 = {instancePath:instancePath+"/limits/sources",schemaPath:"#/properties/limits/properties/sources/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1000},message:"must be >= 1000",schema:1000,parentSchema:schema31.properties.limits.properties.sources,data:data24};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath:instancePath+"/limits",schemaPath:"#/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.limits.type,parentSchema:schema31.properties.limits,data:data23};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(data.escalation !== undefined){
let data25 = data.escalation;
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
if(data25.findtime === undefined){
data25.findtime = "1d";
}
if(data25.bantime === undefined){
data25.bantime = "1w";
}
if(data25.bans === undefined){
const err56 = {instancePath:instancePath+"/escalation",schemaPath:"#/properties/escalation/required",keyword:"required",params:{missingProperty: "bans"},message:"must have required property '"+"bans"+"'",schema:schema31.properties.escalation.required,parentSchema:schema31.properties.escalation,data:data25};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
for(const key8 in data25){
if(!(((key8 === "bans") || (key8 === "findtime")) || (key8 === "bantime"))){
const err57 = {instancePath:instancePath+"/escalation",schemaPath:"#/properties/escalation/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties",schema:false,parentSchema:schema31.properties.escalation,data:data25};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data25.bans !== undefined){
let data26 = data25.bans;
if(!(((typeof data26 == "number") && (!(data26 % 1) && !isNaN(data26))) && (isFinite(data26)))){
const err58 = {instancePath:instancePath+"/escalation/bans",schemaPath:"#/properties/escalation/properties/bans/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema31.properties.escalation.properties.bans.type,parentSchema:schema31.properties.escalation.properties.bans,data:data26};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
if((typeof data26 == "number") && (isFinite(data26))){
if(data26 > 1000 || isNaN(data26)){
const err59 = {instancePath:instancePath+"/escalation/bans",schemaPath:"#/properties/escalation/properties/bans/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000},message:"must be <= 1000",schema:1000,parentSchema:schema31.properties.escalation.properties.bans,data:data26};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if(data26 < 2 || isNaN(data26)){
const err60 = {instancePath:instancePath+"/escalation/bans",schemaPath:"#/properties/escalation/properties/bans/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2},message:"must be >= 2",schema:2,parentSchema:schema31.properties.escalation.properties.bans,data:data26};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
}
let data27 = data25.findtime;
const _errs76 = errors;
let valid19 = false;
const _errs77 = errors;
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 < -1 || isNaN(data27)){
const err61 = {instancePath:instancePath+"/escalation/findtime",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data27};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/escalation/findtime",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data27};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
var _valid3 = _errs77 === errors;
valid19 = valid19 || _valid3;
const _errs79 = errors;
if(typeof data27 === "string"){
if(func2(data27) > 40){
const err63 = {instancePath:instancePath+"/escalation/findtime",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data27};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/escalation/findtime",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data27};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
var _valid3 = _errs79 === errors;
valid19 = valid19 || _valid3;
if(!valid19){
const err65 = {instancePath:instancePath+"/escalation/findtime",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data27};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
else {
errors = _errs76;
if(vErrors !== null){
if(_errs76){
vErrors.length = _errs76;
}
else {
vErrors = null;
}
}
}
let data28 = data25.bantime;
const _errs83 = errors;
let valid21 = false;
const _errs84 = errors;
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 < -1 || isNaN(data28)){
const err66 = {instancePath:instancePath+"/escalation/bantime",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema40.anyOf[0],data:data28};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
else {
const err67 = {instancePath:instancePath+"/escalation/bantime",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema40.anyOf[0].type,parentSchema:schema40.anyOf[0],data:data28};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
var _valid4 = _errs84 === errors;
valid21 = valid21 || _valid4;
const _errs86 = errors;
if(typeof data28 === "string"){
if(func2(data28) > 40){
const err68 = {instancePath:instancePath+"/escalation/bantime",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema40.anyOf[1],data:data28};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/escalation/bantime",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema40.anyOf[1].type,parentSchema:schema40.anyOf[1],data:data28};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
var _valid4 = _errs86 === errors;
valid21 = valid21 || _valid4;
if(!valid21){
const err70 = {instancePath:instancePath+"/escalation/bantime",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema40.anyOf,parentSchema:schema40,data:data28};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
else {
errors = _errs83;
if(vErrors !== null){
if(_errs83){
vErrors.length = _errs83;
}
else {
vErrors = null;
}
}
}
}
else {
const err71 = {instancePath:instancePath+"/escalation",schemaPath:"#/properties/escalation/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.escalation.type,parentSchema:schema31.properties.escalation,data:data25};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
if(!(validate37(data.defaults, {instancePath:instancePath+"/defaults",parentData:data,parentDataProperty:"defaults",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
let data30 = data.jails;
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
if(Object.keys(data30).length > 512){
const err72 = {instancePath:instancePath+"/jails",schemaPath:"#/properties/jails/maxProperties",keyword:"maxProperties",params:{limit: 512},message:"must NOT have more than 512 properties",schema:512,parentSchema:schema31.properties.jails,data:data30};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
for(const key9 in data30){
const _errs91 = errors;
if(typeof key9 === "string"){
if(!pattern19.test(key9)){
const err73 = {instancePath:instancePath+"/jails",schemaPath:"#/properties/jails/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]{0,30}$"},message:"must match pattern \""+"^[a-z][a-z0-9_-]{0,30}$"+"\"",schema:"^[a-z][a-z0-9_-]{0,30}$",parentSchema:schema31.properties.jails.propertyNames,data:key9,propertyName:key9};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
var valid22 = _errs91 === errors;
if(!valid22){
const err74 = {instancePath:instancePath+"/jails",schemaPath:"#/properties/jails/propertyNames",keyword:"propertyNames",params:{propertyName: key9},message:"property name must be valid",schema:schema31.properties.jails.propertyNames,parentSchema:schema31.properties.jails,data:data30};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
for(const key10 in data30){
if(!(validate39(data30[key10], {instancePath:instancePath+"/jails/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data30,parentDataProperty:key10,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
}
else {
const err75 = {instancePath:instancePath+"/jails",schemaPath:"#/properties/jails/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.properties.jails.type,parentSchema:schema31.properties.jails,data:data30};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
else {
const err76 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
validate20.errors = vErrors;
return errors === 0;
}
validate20.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

exports.filter = validate29;
const schema41 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://bailiff.example.org/schemas/filter.schema.json","title":"Filter","description":"How the log lines of one service that mean a failure are found, and whose lines are believed. The file's name without .json is the filter's name. Files are JSON; comments and trailing commas are allowed.","type":"object","additionalProperties":false,"required":["description","identifiers"],"properties":{"$schema":{"type":"string","description":"Where this schema is, for editors."},"description":{"type":"string","minLength":3,"maxLength":400,"description":"What is found, in a line: \"OpenSSH: failed logins\"."},"service":{"type":"string","maxLength":80,"description":"The service's own name, for `bailiff filter list`."},"extends":{"$ref":"#/$defs/name","description":"Name of the filter to start from. Lists given here are added to its lists, other values replace its values. A file of the same name as a shipped filter may extend that one."},"identifiers":{"type":"array","minItems":1,"maxItems":64,"items":{"type":"string","maxLength":128},"description":"SYSLOG_IDENTIFIER (the tag or APP-NAME of syslog) of the service's lines. `*` stands for any characters. \"\" stands for lines without one, as some appliances send. Give real names where possible: with a `*` the whole journal has to be read."},"sources":{"type":"array","minItems":1,"uniqueItems":true,"items":{"enum":["journal","syslog"]},"description":"Kinds of source the service reaches. Default: both."},"units":{"type":"array","maxItems":64,"items":{"type":"string","minLength":1,"maxLength":256},"description":"systemd units the service runs in, on all distributions; `*` stands for any characters. A journal entry from another unit accuses nobody."},"uids":{"type":"array","maxItems":32,"items":{"anyOf":[{"type":"integer","minimum":0,"maximum":4294967294},{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_.-]{0,31}$"}]},"description":"Users the service logs as, by number or by name (a name that this machine does not know is left out). A journal entry of another user accuses nobody. Default: 0, that is root."},"transports":{"type":"array","minItems":1,"uniqueItems":true,"items":{"enum":["syslog","journal","stdout","kernel","audit"]},"description":"Ways into the journal that are believed (_TRANSPORT). Default: syslog, journal, stdout."},"container":{"type":"string","minLength":1,"maxLength":128,"description":"Name of the containers (`*` stands for any characters) whose lines are believed, for services that run in Docker or Podman with the journald log driver. Such a line must come through docker.service, a libpod scope, or one of the units. Without this, no line of a container is believed."},"ports":{"$ref":"#/$defs/ports","description":"Ports of the service, which a jail with this filter bans unless it names its own. Default: all."},"protocols":{"$ref":"#/$defs/protocols","description":"Protocols that go with the ports. Default: tcp."},"defaults":{"type":"object","additionalProperties":false,"description":"What a jail with this filter starts from. It goes before the `defaults` of the configuration; what the jail itself says goes before it.","properties":{"maxretry":{"type":"integer","minimum":1,"maximum":10000,"description":"Failures that deserve a ban."},"findtime":{"$ref":"#/$defs/duration","description":"Time within which they must happen."},"bantime":{"$ref":"#/$defs/duration","description":"How long the ban lasts."}}},"variables":{"type":"object","maxProperties":64,"propertyNames":{"pattern":"^[A-Za-z_][A-Za-z0-9_]{0,31}$"},"additionalProperties":{"type":"string","maxLength":4096},"description":"Parts of patterns that are used more than once: %{name} in a pattern stands for the text given here."},"prefix":{"type":"string","pattern":"^\\^","maxLength":4096,"description":"Put in front of every pattern that does not begin with `^` itself."},"failregex":{"$ref":"#/$defs/patterns","description":"What a failure looks like. <HOST> stands for the address (or a name, which accuses nobody), <ADDR> for an address only; named groups: (?<user>…), (?<attempts>…) for a number of failures in one line, (?<session>…) for what ties lines of one connection. Anchored: ^…$. A pattern without <HOST> accuses the address that its session is known to come from, as soon as that is known."},"ignoreregex":{"type":"array","maxItems":256,"items":{"type":"string","minLength":1,"maxLength":4096},"description":"A failure whose message matches one of these is none."},"endregex":{"type":"array","maxItems":16,"items":{"type":"string","minLength":1,"maxLength":4096},"description":"How messages end that hold a peer's text with its line ends as they are, for services that write to standard output or standard error: there each line end begins a line, and a user name can hold lines that look like a failure of somebody else's. A failure counts no more where a line follows that ends so and tells no failure of the same address, and journald received both together or one right after the other; nor where a line that ends so, and is no failure, came before it and journald received both together."},"helperregex":{"$ref":"#/$defs/patterns","description":"Lines that are no failure and tell the address or the user of their session."},"successregex":{"$ref":"#/$defs/patterns","description":"Lines that say that the peer logged in: its session's failures are forgotten."},"forgetregex":{"$ref":"#/$defs/patterns","description":"Lines that end a session. They may still tell its address."},"session":{"type":"object","additionalProperties":false,"description":"What ties the lines of one connection together.","properties":{"key":{"enum":["pid","captured","peer","none"],"default":"none","description":"`pid`: the process id, and what (?<session>…) catches where a pattern has it; `captured`: what (?<session>…) catches; `peer`: what (?<session>…) catches, and the line's own address, for services whose lines have nothing in common but the user, whom many addresses may try at a time; `none`: every line stands alone."},"timeout":{"$ref":"#/$defs/duration","default":"10m","description":"How long a session is remembered after its last line."}}},"maxtext":{"type":"integer","minimum":256,"maximum":65536,"default":8192,"description":"Characters of a message that are looked at. The rest is cut off, so that no line takes long."},"mode":{"$ref":"#/$defs/name","description":"The mode of a jail that names none. Default: normal."},"modes":{"type":"object","maxProperties":16,"propertyNames":{"$ref":"#/$defs/name"},"description":"Named choices of patterns. What stands outside `modes` belongs to every mode, and a mode `normal` that adds nothing always exists.","additionalProperties":{"type":"object","additionalProperties":false,"required":["description"],"properties":{"description":{"type":"string","minLength":3,"maxLength":400,"description":"What the mode is for."},"includes":{"type":"array","maxItems":16,"items":{"$ref":"#/$defs/name"},"description":"Modes whose patterns belong to this one too."},"base":{"type":"boolean","default":true,"description":"false: the patterns outside `modes` do not belong to this mode (helper, success and forget patterns still do)."},"failregex":{"$ref":"#/$defs/patterns","description":"Added failures."},"ignoreregex":{"type":"array","maxItems":256,"items":{"type":"string","minLength":1,"maxLength":4096},"description":"Added exceptions."},"helperregex":{"$ref":"#/$defs/patterns","description":"Added helper lines."}}}}},"$defs":{"name":{"type":"string","pattern":"^[a-z0-9][a-z0-9_-]{0,39}$"},"duration":{"anyOf":[{"type":"number","minimum":-1},{"type":"string","maxLength":40}],"description":"Seconds, or a text like \"10m\", \"1h30m\", \"7d\"; -1 or \"forever\" never ends."},"ports":{"anyOf":[{"const":"all"},{"type":"array","minItems":1,"maxItems":64,"items":{"anyOf":[{"type":"integer","minimum":1,"maximum":65535},{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"}]}}],"description":"\"all\", or a list of port numbers, ranges \"6000-6010\" and names of /etc/services."},"protocols":{"type":"array","minItems":1,"uniqueItems":true,"items":{"enum":["tcp","udp","sctp","dccp","udplite"]}},"patterns":{"type":"array","maxItems":512,"items":{"anyOf":[{"type":"string","minLength":1,"maxLength":4096},{"$ref":"#/$defs/pattern"}],"description":"A regular expression on the message, or an object with \"regex\" or \"json\"."}},"pattern":{"type":"object","additionalProperties":false,"properties":{"regex":{"type":"string","minLength":1,"maxLength":4096,"description":"Regular expression on the message."},"json":{"type":"object","minProperties":1,"maxProperties":16,"additionalProperties":{"type":"string","minLength":1,"maxLength":4096},"description":"For messages that are JSON objects: path of a field (\"request.remote_ip\") → regular expression on its value. All must match."},"attempts":{"type":"integer","minimum":1,"maximum":100,"description":"Failures that one such line counts for. Default: 1."},"stage":{"type":"integer","minimum":1,"maximum":20,"description":"For services that log one attempt in several lines: the lines of one attempt come in rising stage, so a line of a higher stage than the last one of its session is the same attempt and does not count again."},"provisional":{"type":"boolean","description":"For failure lines that also come before a login that succeeds, as when one PAM module refuses and the next one lets in. Their failures count, and are taken back when the session logs in (successregex) from the same address before a failure line without this mark, as the same user where both lines, or lines of the session before them, tell one (CORP\\bob may be bob, and bob@corp.example.org may be either, in any case of letters). Capture (?<user>…) in both. Needs a session. Default: false."},"settles":{"type":"boolean","description":"For services that ask PAM in a process of its own for each attempt (sshd, for keyboard-interactive), so that the failure is logged under another process id than the connection: lines by which the connection itself tells how such an attempt ended. In failregex: the line stands for the latest failure marked provisional of the same address and user (or of the address, where that line names nobody) within the last minute, and does not count again; without one it counts. In successregex: it takes back the latest such failure of the same address and user. Each line settles one failure, and each failure is settled once. Capture (?<user>…). Needs a session. Default: false."},"twice":{"type":"boolean","description":"For services that write such a line twice, one right after the other (Exim to syslog, once for each of its logs): a line that says the same of the same address as the last one of its session, within a second, is its copy and does not count. Needs a session. Default: false."},"note":{"type":"string","maxLength":400,"description":"For the reader."}},"minProperties":1}}};
const schema45 = {"anyOf":[{"type":"number","minimum":-1},{"type":"string","maxLength":40}],"description":"Seconds, or a text like \"10m\", \"1h30m\", \"7d\"; -1 or \"forever\" never ends."};
const pattern10 = new RegExp("^[A-Za-z_][A-Za-z0-9_.-]{0,31}$", "u");
const pattern12 = new RegExp("^[A-Za-z_][A-Za-z0-9_]{0,31}$", "u");
const pattern13 = new RegExp("^\\^", "u");

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate30.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(Array.isArray(data)){
if(data.length > 512){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 512},message:"must NOT have more than 512 items",schema:512,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
const _errs2 = errors;
let valid2 = false;
const _errs3 = errors;
if(typeof data0 === "string"){
if(func2(data0) > 4096){
const err1 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/anyOf/0/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema47.items.anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(func2(data0) < 1){
const err2 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/anyOf/0/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema47.items.anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/anyOf/0/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema47.items.anyOf[0].type,parentSchema:schema47.items.anyOf[0],data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs3 === errors;
valid2 = valid2 || _valid0;
const _errs5 = errors;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(Object.keys(data0).length < 1){
const err4 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/pattern/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema48,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data0){
if(!((((((((key0 === "regex") || (key0 === "json")) || (key0 === "attempts")) || (key0 === "stage")) || (key0 === "provisional")) || (key0 === "settles")) || (key0 === "twice")) || (key0 === "note"))){
const err5 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/pattern/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema48,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data0.regex !== undefined){
let data1 = data0.regex;
if(typeof data1 === "string"){
if(func2(data1) > 4096){
const err6 = {instancePath:instancePath+"/" + i0+"/regex",schemaPath:"#/$defs/pattern/properties/regex/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema48.properties.regex,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(func2(data1) < 1){
const err7 = {instancePath:instancePath+"/" + i0+"/regex",schemaPath:"#/$defs/pattern/properties/regex/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema48.properties.regex,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/" + i0+"/regex",schemaPath:"#/$defs/pattern/properties/regex/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema48.properties.regex.type,parentSchema:schema48.properties.regex,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data0.json !== undefined){
let data2 = data0.json;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(Object.keys(data2).length > 16){
const err9 = {instancePath:instancePath+"/" + i0+"/json",schemaPath:"#/$defs/pattern/properties/json/maxProperties",keyword:"maxProperties",params:{limit: 16},message:"must NOT have more than 16 properties",schema:16,parentSchema:schema48.properties.json,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(Object.keys(data2).length < 1){
const err10 = {instancePath:instancePath+"/" + i0+"/json",schemaPath:"#/$defs/pattern/properties/json/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema48.properties.json,data:data2};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
for(const key1 in data2){
let data3 = data2[key1];
if(typeof data3 === "string"){
if(func2(data3) > 4096){
const err11 = {instancePath:instancePath+"/" + i0+"/json/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/pattern/properties/json/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema48.properties.json.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(func2(data3) < 1){
const err12 = {instancePath:instancePath+"/" + i0+"/json/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/pattern/properties/json/additionalProperties/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema48.properties.json.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/" + i0+"/json/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/pattern/properties/json/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema48.properties.json.additionalProperties.type,parentSchema:schema48.properties.json.additionalProperties,data:data3};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath:instancePath+"/" + i0+"/json",schemaPath:"#/$defs/pattern/properties/json/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema48.properties.json.type,parentSchema:schema48.properties.json,data:data2};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data0.attempts !== undefined){
let data4 = data0.attempts;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err15 = {instancePath:instancePath+"/" + i0+"/attempts",schemaPath:"#/$defs/pattern/properties/attempts/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema48.properties.attempts.type,parentSchema:schema48.properties.attempts,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 100 || isNaN(data4)){
const err16 = {instancePath:instancePath+"/" + i0+"/attempts",schemaPath:"#/$defs/pattern/properties/attempts/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema48.properties.attempts,data:data4};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data4 < 1 || isNaN(data4)){
const err17 = {instancePath:instancePath+"/" + i0+"/attempts",schemaPath:"#/$defs/pattern/properties/attempts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema48.properties.attempts,data:data4};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
if(data0.stage !== undefined){
let data5 = data0.stage;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
const err18 = {instancePath:instancePath+"/" + i0+"/stage",schemaPath:"#/$defs/pattern/properties/stage/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema48.properties.stage.type,parentSchema:schema48.properties.stage,data:data5};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 > 20 || isNaN(data5)){
const err19 = {instancePath:instancePath+"/" + i0+"/stage",schemaPath:"#/$defs/pattern/properties/stage/maximum",keyword:"maximum",params:{comparison: "<=", limit: 20},message:"must be <= 20",schema:20,parentSchema:schema48.properties.stage,data:data5};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data5 < 1 || isNaN(data5)){
const err20 = {instancePath:instancePath+"/" + i0+"/stage",schemaPath:"#/$defs/pattern/properties/stage/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema48.properties.stage,data:data5};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
if(data0.provisional !== undefined){
let data6 = data0.provisional;
if(typeof data6 !== "boolean"){
const err21 = {instancePath:instancePath+"/" + i0+"/provisional",schemaPath:"#/$defs/pattern/properties/provisional/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema48.properties.provisional.type,parentSchema:schema48.properties.provisional,data:data6};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data0.settles !== undefined){
let data7 = data0.settles;
if(typeof data7 !== "boolean"){
const err22 = {instancePath:instancePath+"/" + i0+"/settles",schemaPath:"#/$defs/pattern/properties/settles/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema48.properties.settles.type,parentSchema:schema48.properties.settles,data:data7};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data0.twice !== undefined){
let data8 = data0.twice;
if(typeof data8 !== "boolean"){
const err23 = {instancePath:instancePath+"/" + i0+"/twice",schemaPath:"#/$defs/pattern/properties/twice/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema48.properties.twice.type,parentSchema:schema48.properties.twice,data:data8};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data0.note !== undefined){
let data9 = data0.note;
if(typeof data9 === "string"){
if(func2(data9) > 400){
const err24 = {instancePath:instancePath+"/" + i0+"/note",schemaPath:"#/$defs/pattern/properties/note/maxLength",keyword:"maxLength",params:{limit: 400},message:"must NOT have more than 400 characters",schema:400,parentSchema:schema48.properties.note,data:data9};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/" + i0+"/note",schemaPath:"#/$defs/pattern/properties/note/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema48.properties.note.type,parentSchema:schema48.properties.note,data:data9};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/" + i0,schemaPath:"#/$defs/pattern/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema48.type,parentSchema:schema48,data:data0};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
var _valid0 = _errs5 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const err27 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema47.items.anyOf,parentSchema:schema47.items,data:data0};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
else {
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err28 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema47.type,parentSchema:schema47,data};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
validate30.errors = vErrors;
return errors === 0;
}
validate30.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};


function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://bailiff.example.org/schemas/filter.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate29.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.maxtext === undefined){
data.maxtext = 8192;
}
if(data.description === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "description"},message:"must have required property '"+"description"+"'",schema:schema41.required,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.identifiers === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "identifiers"},message:"must have required property '"+"identifiers"+"'",schema:schema41.required,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(func1.call(schema41.properties, key0))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.$schema !== undefined){
let data0 = data.$schema;
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/$schema",schemaPath:"#/properties/%24schema/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.$schema.type,parentSchema:schema41.properties.$schema,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.description !== undefined){
let data1 = data.description;
if(typeof data1 === "string"){
if(func2(data1) > 400){
const err4 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/maxLength",keyword:"maxLength",params:{limit: 400},message:"must NOT have more than 400 characters",schema:400,parentSchema:schema41.properties.description,data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(func2(data1) < 3){
const err5 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/minLength",keyword:"minLength",params:{limit: 3},message:"must NOT have fewer than 3 characters",schema:3,parentSchema:schema41.properties.description,data:data1};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.description.type,parentSchema:schema41.properties.description,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.service !== undefined){
let data2 = data.service;
if(typeof data2 === "string"){
if(func2(data2) > 80){
const err7 = {instancePath:instancePath+"/service",schemaPath:"#/properties/service/maxLength",keyword:"maxLength",params:{limit: 80},message:"must NOT have more than 80 characters",schema:80,parentSchema:schema41.properties.service,data:data2};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/service",schemaPath:"#/properties/service/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.service.type,parentSchema:schema41.properties.service,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.extends !== undefined){
let data3 = data.extends;
if(typeof data3 === "string"){
if(!pattern9.test(data3)){
const err9 = {instancePath:instancePath+"/extends",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_-]{0,39}$",parentSchema:schema42,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/extends",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.type,parentSchema:schema42,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.identifiers !== undefined){
let data4 = data.identifiers;
if(Array.isArray(data4)){
if(data4.length > 64){
const err11 = {instancePath:instancePath+"/identifiers",schemaPath:"#/properties/identifiers/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema41.properties.identifiers,data:data4};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data4.length < 1){
const err12 = {instancePath:instancePath+"/identifiers",schemaPath:"#/properties/identifiers/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema41.properties.identifiers,data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
let data5 = data4[i0];
if(typeof data5 === "string"){
if(func2(data5) > 128){
const err13 = {instancePath:instancePath+"/identifiers/" + i0,schemaPath:"#/properties/identifiers/items/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",schema:128,parentSchema:schema41.properties.identifiers.items,data:data5};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/identifiers/" + i0,schemaPath:"#/properties/identifiers/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.identifiers.items.type,parentSchema:schema41.properties.identifiers.items,data:data5};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/identifiers",schemaPath:"#/properties/identifiers/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.identifiers.type,parentSchema:schema41.properties.identifiers,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.sources !== undefined){
let data6 = data.sources;
if(Array.isArray(data6)){
if(data6.length < 1){
const err16 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema41.properties.sources,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
let data7 = data6[i1];
if(!((data7 === "journal") || (data7 === "syslog"))){
const err17 = {instancePath:instancePath+"/sources/" + i1,schemaPath:"#/properties/sources/items/enum",keyword:"enum",params:{allowedValues: schema41.properties.sources.items.enum},message:"must be equal to one of the allowed values",schema:schema41.properties.sources.items.enum,parentSchema:schema41.properties.sources.items,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
let i2 = data6.length;
let j0;
if(i2 > 1){
outer0:
for(;i2--;){
for(j0 = i2; j0--;){
if(func0(data6[i2], data6[j0])){
const err18 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/uniqueItems",keyword:"uniqueItems",params:{i: i2, j: j0},message:"must NOT have duplicate items (items ## "+j0+" and "+i2+" are identical)",schema:true,parentSchema:schema41.properties.sources,data:data6};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
break outer0;
}
}
}
}
}
else {
const err19 = {instancePath:instancePath+"/sources",schemaPath:"#/properties/sources/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.sources.type,parentSchema:schema41.properties.sources,data:data6};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data.units !== undefined){
let data8 = data.units;
if(Array.isArray(data8)){
if(data8.length > 64){
const err20 = {instancePath:instancePath+"/units",schemaPath:"#/properties/units/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema41.properties.units,data:data8};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
const len2 = data8.length;
for(let i3=0; i3<len2; i3++){
let data9 = data8[i3];
if(typeof data9 === "string"){
if(func2(data9) > 256){
const err21 = {instancePath:instancePath+"/units/" + i3,schemaPath:"#/properties/units/items/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters",schema:256,parentSchema:schema41.properties.units.items,data:data9};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(func2(data9) < 1){
const err22 = {instancePath:instancePath+"/units/" + i3,schemaPath:"#/properties/units/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.units.items,data:data9};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
else {
const err23 = {instancePath:instancePath+"/units/" + i3,schemaPath:"#/properties/units/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.units.items.type,parentSchema:schema41.properties.units.items,data:data9};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/units",schemaPath:"#/properties/units/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.units.type,parentSchema:schema41.properties.units,data:data8};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.uids !== undefined){
let data10 = data.uids;
if(Array.isArray(data10)){
if(data10.length > 32){
const err25 = {instancePath:instancePath+"/uids",schemaPath:"#/properties/uids/maxItems",keyword:"maxItems",params:{limit: 32},message:"must NOT have more than 32 items",schema:32,parentSchema:schema41.properties.uids,data:data10};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
const len3 = data10.length;
for(let i4=0; i4<len3; i4++){
let data11 = data10[i4];
const _errs25 = errors;
let valid11 = false;
const _errs26 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err26 = {instancePath:instancePath+"/uids/" + i4,schemaPath:"#/properties/uids/items/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema41.properties.uids.items.anyOf[0].type,parentSchema:schema41.properties.uids.items.anyOf[0],data:data11};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 4294967294 || isNaN(data11)){
const err27 = {instancePath:instancePath+"/uids/" + i4,schemaPath:"#/properties/uids/items/anyOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967294},message:"must be <= 4294967294",schema:4294967294,parentSchema:schema41.properties.uids.items.anyOf[0],data:data11};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err28 = {instancePath:instancePath+"/uids/" + i4,schemaPath:"#/properties/uids/items/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema41.properties.uids.items.anyOf[0],data:data11};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
var _valid0 = _errs26 === errors;
valid11 = valid11 || _valid0;
const _errs28 = errors;
if(typeof data11 === "string"){
if(!pattern10.test(data11)){
const err29 = {instancePath:instancePath+"/uids/" + i4,schemaPath:"#/properties/uids/items/anyOf/1/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.-]{0,31}$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_.-]{0,31}$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_.-]{0,31}$",parentSchema:schema41.properties.uids.items.anyOf[1],data:data11};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
else {
const err30 = {instancePath:instancePath+"/uids/" + i4,schemaPath:"#/properties/uids/items/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.uids.items.anyOf[1].type,parentSchema:schema41.properties.uids.items.anyOf[1],data:data11};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
var _valid0 = _errs28 === errors;
valid11 = valid11 || _valid0;
if(!valid11){
const err31 = {instancePath:instancePath+"/uids/" + i4,schemaPath:"#/properties/uids/items/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema41.properties.uids.items.anyOf,parentSchema:schema41.properties.uids.items,data:data11};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
else {
errors = _errs25;
if(vErrors !== null){
if(_errs25){
vErrors.length = _errs25;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err32 = {instancePath:instancePath+"/uids",schemaPath:"#/properties/uids/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.uids.type,parentSchema:schema41.properties.uids,data:data10};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data.transports !== undefined){
let data12 = data.transports;
if(Array.isArray(data12)){
if(data12.length < 1){
const err33 = {instancePath:instancePath+"/transports",schemaPath:"#/properties/transports/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema41.properties.transports,data:data12};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
const len4 = data12.length;
for(let i5=0; i5<len4; i5++){
let data13 = data12[i5];
if(!(((((data13 === "syslog") || (data13 === "journal")) || (data13 === "stdout")) || (data13 === "kernel")) || (data13 === "audit"))){
const err34 = {instancePath:instancePath+"/transports/" + i5,schemaPath:"#/properties/transports/items/enum",keyword:"enum",params:{allowedValues: schema41.properties.transports.items.enum},message:"must be equal to one of the allowed values",schema:schema41.properties.transports.items.enum,parentSchema:schema41.properties.transports.items,data:data13};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
let i6 = data12.length;
let j1;
if(i6 > 1){
outer1:
for(;i6--;){
for(j1 = i6; j1--;){
if(func0(data12[i6], data12[j1])){
const err35 = {instancePath:instancePath+"/transports",schemaPath:"#/properties/transports/uniqueItems",keyword:"uniqueItems",params:{i: i6, j: j1},message:"must NOT have duplicate items (items ## "+j1+" and "+i6+" are identical)",schema:true,parentSchema:schema41.properties.transports,data:data12};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
break outer1;
}
}
}
}
}
else {
const err36 = {instancePath:instancePath+"/transports",schemaPath:"#/properties/transports/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.transports.type,parentSchema:schema41.properties.transports,data:data12};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data.container !== undefined){
let data14 = data.container;
if(typeof data14 === "string"){
if(func2(data14) > 128){
const err37 = {instancePath:instancePath+"/container",schemaPath:"#/properties/container/maxLength",keyword:"maxLength",params:{limit: 128},message:"must NOT have more than 128 characters",schema:128,parentSchema:schema41.properties.container,data:data14};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(func2(data14) < 1){
const err38 = {instancePath:instancePath+"/container",schemaPath:"#/properties/container/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.container,data:data14};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/container",schemaPath:"#/properties/container/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.container.type,parentSchema:schema41.properties.container,data:data14};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.ports !== undefined){
let data15 = data.ports;
const _errs37 = errors;
let valid16 = false;
const _errs38 = errors;
if("all" !== data15){
const err40 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/ports/anyOf/0/const",keyword:"const",params:{allowedValue: "all"},message:"must be equal to constant",schema:"all",parentSchema:schema43.anyOf[0],data:data15};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
var _valid1 = _errs38 === errors;
valid16 = valid16 || _valid1;
const _errs39 = errors;
if(Array.isArray(data15)){
if(data15.length > 64){
const err41 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/ports/anyOf/1/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items",schema:64,parentSchema:schema43.anyOf[1],data:data15};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
if(data15.length < 1){
const err42 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/ports/anyOf/1/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema43.anyOf[1],data:data15};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
const len5 = data15.length;
for(let i7=0; i7<len5; i7++){
let data16 = data15[i7];
const _errs42 = errors;
let valid19 = false;
const _errs43 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
const err43 = {instancePath:instancePath+"/ports/" + i7,schemaPath:"#/$defs/ports/anyOf/1/items/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema43.anyOf[1].items.anyOf[0].type,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data16};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 65535 || isNaN(data16)){
const err44 = {instancePath:instancePath+"/ports/" + i7,schemaPath:"#/$defs/ports/anyOf/1/items/anyOf/0/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535},message:"must be <= 65535",schema:65535,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data16};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(data16 < 1 || isNaN(data16)){
const err45 = {instancePath:instancePath+"/ports/" + i7,schemaPath:"#/$defs/ports/anyOf/1/items/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema43.anyOf[1].items.anyOf[0],data:data16};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
var _valid2 = _errs43 === errors;
valid19 = valid19 || _valid2;
const _errs45 = errors;
if(typeof data16 === "string"){
if(!pattern11.test(data16)){
const err46 = {instancePath:instancePath+"/ports/" + i7,schemaPath:"#/$defs/ports/anyOf/1/items/anyOf/1/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"},message:"must match pattern \""+"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$"+"\"",schema:"^[A-Za-z0-9][A-Za-z0-9:_.+-]{0,39}$",parentSchema:schema43.anyOf[1].items.anyOf[1],data:data16};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
else {
const err47 = {instancePath:instancePath+"/ports/" + i7,schemaPath:"#/$defs/ports/anyOf/1/items/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema43.anyOf[1].items.anyOf[1].type,parentSchema:schema43.anyOf[1].items.anyOf[1],data:data16};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
var _valid2 = _errs45 === errors;
valid19 = valid19 || _valid2;
if(!valid19){
const err48 = {instancePath:instancePath+"/ports/" + i7,schemaPath:"#/$defs/ports/anyOf/1/items/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema43.anyOf[1].items.anyOf,parentSchema:schema43.anyOf[1].items,data:data16};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
else {
errors = _errs42;
if(vErrors !== null){
if(_errs42){
vErrors.length = _errs42;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err49 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/ports/anyOf/1/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema43.anyOf[1].type,parentSchema:schema43.anyOf[1],data:data15};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
var _valid1 = _errs39 === errors;
valid16 = valid16 || _valid1;
if(!valid16){
const err50 = {instancePath:instancePath+"/ports",schemaPath:"#/$defs/ports/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema43.anyOf,parentSchema:schema43,data:data15};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
else {
errors = _errs37;
if(vErrors !== null){
if(_errs37){
vErrors.length = _errs37;
}
else {
vErrors = null;
}
}
}
}
if(data.protocols !== undefined){
let data17 = data.protocols;
if(Array.isArray(data17)){
if(data17.length < 1){
const err51 = {instancePath:instancePath+"/protocols",schemaPath:"#/$defs/protocols/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema44,data:data17};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
const len6 = data17.length;
for(let i8=0; i8<len6; i8++){
let data18 = data17[i8];
if(!(((((data18 === "tcp") || (data18 === "udp")) || (data18 === "sctp")) || (data18 === "dccp")) || (data18 === "udplite"))){
const err52 = {instancePath:instancePath+"/protocols/" + i8,schemaPath:"#/$defs/protocols/items/enum",keyword:"enum",params:{allowedValues: schema44.items.enum},message:"must be equal to one of the allowed values",schema:schema44.items.enum,parentSchema:schema44.items,data:data18};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
let i9 = data17.length;
let j2;
if(i9 > 1){
outer2:
for(;i9--;){
for(j2 = i9; j2--;){
if(func0(data17[i9], data17[j2])){
const err53 = {instancePath:instancePath+"/protocols",schemaPath:"#/$defs/protocols/uniqueItems",keyword:"uniqueItems",params:{i: i9, j: j2},message:"must NOT have duplicate items (items ## "+j2+" and "+i9+" are identical)",schema:true,parentSchema:schema44,data:data17};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
break outer2;
}
}
}
}
}
else {
const err54 = {instancePath:instancePath+"/protocols",schemaPath:"#/$defs/protocols/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema44.type,parentSchema:schema44,data:data17};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data.defaults !== undefined){
let data19 = data.defaults;
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
for(const key1 in data19){
if(!(((key1 === "maxretry") || (key1 === "findtime")) || (key1 === "bantime"))){
const err55 = {instancePath:instancePath+"/defaults",schemaPath:"#/properties/defaults/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema41.properties.defaults,data:data19};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data19.maxretry !== undefined){
let data20 = data19.maxretry;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
const err56 = {instancePath:instancePath+"/defaults/maxretry",schemaPath:"#/properties/defaults/properties/maxretry/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema41.properties.defaults.properties.maxretry.type,parentSchema:schema41.properties.defaults.properties.maxretry,data:data20};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 10000 || isNaN(data20)){
const err57 = {instancePath:instancePath+"/defaults/maxretry",schemaPath:"#/properties/defaults/properties/maxretry/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000},message:"must be <= 10000",schema:10000,parentSchema:schema41.properties.defaults.properties.maxretry,data:data20};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if(data20 < 1 || isNaN(data20)){
const err58 = {instancePath:instancePath+"/defaults/maxretry",schemaPath:"#/properties/defaults/properties/maxretry/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema41.properties.defaults.properties.maxretry,data:data20};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
if(data19.findtime !== undefined){
let data21 = data19.findtime;
const _errs58 = errors;
let valid26 = false;
const _errs59 = errors;
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 < -1 || isNaN(data21)){
const err59 = {instancePath:instancePath+"/defaults/findtime",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema45.anyOf[0],data:data21};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
else {
const err60 = {instancePath:instancePath+"/defaults/findtime",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema45.anyOf[0].type,parentSchema:schema45.anyOf[0],data:data21};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
var _valid3 = _errs59 === errors;
valid26 = valid26 || _valid3;
const _errs61 = errors;
if(typeof data21 === "string"){
if(func2(data21) > 40){
const err61 = {instancePath:instancePath+"/defaults/findtime",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema45.anyOf[1],data:data21};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/defaults/findtime",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema45.anyOf[1].type,parentSchema:schema45.anyOf[1],data:data21};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
var _valid3 = _errs61 === errors;
valid26 = valid26 || _valid3;
if(!valid26){
const err63 = {instancePath:instancePath+"/defaults/findtime",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema45.anyOf,parentSchema:schema45,data:data21};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
else {
errors = _errs58;
if(vErrors !== null){
if(_errs58){
vErrors.length = _errs58;
}
else {
vErrors = null;
}
}
}
}
if(data19.bantime !== undefined){
let data22 = data19.bantime;
const _errs65 = errors;
let valid28 = false;
const _errs66 = errors;
if((typeof data22 == "number") && (isFinite(data22))){
if(data22 < -1 || isNaN(data22)){
const err64 = {instancePath:instancePath+"/defaults/bantime",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema45.anyOf[0],data:data22};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/defaults/bantime",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema45.anyOf[0].type,parentSchema:schema45.anyOf[0],data:data22};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
var _valid4 = _errs66 === errors;
valid28 = valid28 || _valid4;
const _errs68 = errors;
if(typeof data22 === "string"){
if(func2(data22) > 40){
const err66 = {instancePath:instancePath+"/defaults/bantime",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema45.anyOf[1],data:data22};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
else {
const err67 = {instancePath:instancePath+"/defaults/bantime",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema45.anyOf[1].type,parentSchema:schema45.anyOf[1],data:data22};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
var _valid4 = _errs68 === errors;
valid28 = valid28 || _valid4;
if(!valid28){
const err68 = {instancePath:instancePath+"/defaults/bantime",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema45.anyOf,parentSchema:schema45,data:data22};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
else {
errors = _errs65;
if(vErrors !== null){
if(_errs65){
vErrors.length = _errs65;
}
else {
vErrors = null;
}
}
}
}
}
else {
const err69 = {instancePath:instancePath+"/defaults",schemaPath:"#/properties/defaults/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.defaults.type,parentSchema:schema41.properties.defaults,data:data19};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data.variables !== undefined){
let data23 = data.variables;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(Object.keys(data23).length > 64){
const err70 = {instancePath:instancePath+"/variables",schemaPath:"#/properties/variables/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties",schema:64,parentSchema:schema41.properties.variables,data:data23};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
for(const key2 in data23){
const _errs72 = errors;
if(typeof key2 === "string"){
if(!pattern12.test(key2)){
const err71 = {instancePath:instancePath+"/variables",schemaPath:"#/properties/variables/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]{0,31}$"},message:"must match pattern \""+"^[A-Za-z_][A-Za-z0-9_]{0,31}$"+"\"",schema:"^[A-Za-z_][A-Za-z0-9_]{0,31}$",parentSchema:schema41.properties.variables.propertyNames,data:key2,propertyName:key2};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
var valid29 = _errs72 === errors;
if(!valid29){
const err72 = {instancePath:instancePath+"/variables",schemaPath:"#/properties/variables/propertyNames",keyword:"propertyNames",params:{propertyName: key2},message:"property name must be valid",schema:schema41.properties.variables.propertyNames,parentSchema:schema41.properties.variables,data:data23};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
for(const key3 in data23){
let data24 = data23[key3];
if(typeof data24 === "string"){
if(func2(data24) > 4096){
const err73 = {instancePath:instancePath+"/variables/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/variables/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema41.properties.variables.additionalProperties,data:data24};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
else {
const err74 = {instancePath:instancePath+"/variables/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/variables/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.variables.additionalProperties.type,parentSchema:schema41.properties.variables.additionalProperties,data:data24};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath:instancePath+"/variables",schemaPath:"#/properties/variables/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.variables.type,parentSchema:schema41.properties.variables,data:data23};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data.prefix !== undefined){
let data25 = data.prefix;
if(typeof data25 === "string"){
if(func2(data25) > 4096){
const err76 = {instancePath:instancePath+"/prefix",schemaPath:"#/properties/prefix/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema41.properties.prefix,data:data25};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(!pattern13.test(data25)){
const err77 = {instancePath:instancePath+"/prefix",schemaPath:"#/properties/prefix/pattern",keyword:"pattern",params:{pattern: "^\\^"},message:"must match pattern \""+"^\\^"+"\"",schema:"^\\^",parentSchema:schema41.properties.prefix,data:data25};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
else {
const err78 = {instancePath:instancePath+"/prefix",schemaPath:"#/properties/prefix/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.prefix.type,parentSchema:schema41.properties.prefix,data:data25};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data.failregex !== undefined){
if(!(validate30(data.failregex, {instancePath:instancePath+"/failregex",parentData:data,parentDataProperty:"failregex",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.ignoreregex !== undefined){
let data27 = data.ignoreregex;
if(Array.isArray(data27)){
if(data27.length > 256){
const err79 = {instancePath:instancePath+"/ignoreregex",schemaPath:"#/properties/ignoreregex/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items",schema:256,parentSchema:schema41.properties.ignoreregex,data:data27};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
const len7 = data27.length;
for(let i10=0; i10<len7; i10++){
let data28 = data27[i10];
if(typeof data28 === "string"){
if(func2(data28) > 4096){
const err80 = {instancePath:instancePath+"/ignoreregex/" + i10,schemaPath:"#/properties/ignoreregex/items/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema41.properties.ignoreregex.items,data:data28};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
if(func2(data28) < 1){
const err81 = {instancePath:instancePath+"/ignoreregex/" + i10,schemaPath:"#/properties/ignoreregex/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.ignoreregex.items,data:data28};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
else {
const err82 = {instancePath:instancePath+"/ignoreregex/" + i10,schemaPath:"#/properties/ignoreregex/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.ignoreregex.items.type,parentSchema:schema41.properties.ignoreregex.items,data:data28};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
}
else {
const err83 = {instancePath:instancePath+"/ignoreregex",schemaPath:"#/properties/ignoreregex/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.ignoreregex.type,parentSchema:schema41.properties.ignoreregex,data:data27};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data.endregex !== undefined){
let data29 = data.endregex;
if(Array.isArray(data29)){
if(data29.length > 16){
const err84 = {instancePath:instancePath+"/endregex",schemaPath:"#/properties/endregex/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema41.properties.endregex,data:data29};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
const len8 = data29.length;
for(let i11=0; i11<len8; i11++){
let data30 = data29[i11];
if(typeof data30 === "string"){
if(func2(data30) > 4096){
const err85 = {instancePath:instancePath+"/endregex/" + i11,schemaPath:"#/properties/endregex/items/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema41.properties.endregex.items,data:data30};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if(func2(data30) < 1){
const err86 = {instancePath:instancePath+"/endregex/" + i11,schemaPath:"#/properties/endregex/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.endregex.items,data:data30};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
else {
const err87 = {instancePath:instancePath+"/endregex/" + i11,schemaPath:"#/properties/endregex/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.endregex.items.type,parentSchema:schema41.properties.endregex.items,data:data30};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
}
else {
const err88 = {instancePath:instancePath+"/endregex",schemaPath:"#/properties/endregex/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.endregex.type,parentSchema:schema41.properties.endregex,data:data29};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data.helperregex !== undefined){
if(!(validate30(data.helperregex, {instancePath:instancePath+"/helperregex",parentData:data,parentDataProperty:"helperregex",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.successregex !== undefined){
if(!(validate30(data.successregex, {instancePath:instancePath+"/successregex",parentData:data,parentDataProperty:"successregex",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.forgetregex !== undefined){
if(!(validate30(data.forgetregex, {instancePath:instancePath+"/forgetregex",parentData:data,parentDataProperty:"forgetregex",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.session !== undefined){
let data34 = data.session;
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
if(data34.key === undefined){
data34.key = "none";
}
if(data34.timeout === undefined){
data34.timeout = "10m";
}
for(const key4 in data34){
if(!((key4 === "key") || (key4 === "timeout"))){
const err89 = {instancePath:instancePath+"/session",schemaPath:"#/properties/session/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema41.properties.session,data:data34};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
let data35 = data34.key;
if(!((((data35 === "pid") || (data35 === "captured")) || (data35 === "peer")) || (data35 === "none"))){
const err90 = {instancePath:instancePath+"/session/key",schemaPath:"#/properties/session/properties/key/enum",keyword:"enum",params:{allowedValues: schema41.properties.session.properties.key.enum},message:"must be equal to one of the allowed values",schema:schema41.properties.session.properties.key.enum,parentSchema:schema41.properties.session.properties.key,data:data35};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
let data36 = data34.timeout;
const _errs96 = errors;
let valid37 = false;
const _errs97 = errors;
if((typeof data36 == "number") && (isFinite(data36))){
if(data36 < -1 || isNaN(data36)){
const err91 = {instancePath:instancePath+"/session/timeout",schemaPath:"#/$defs/duration/anyOf/0/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1",schema:-1,parentSchema:schema45.anyOf[0],data:data36};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
else {
const err92 = {instancePath:instancePath+"/session/timeout",schemaPath:"#/$defs/duration/anyOf/0/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema45.anyOf[0].type,parentSchema:schema45.anyOf[0],data:data36};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
var _valid5 = _errs97 === errors;
valid37 = valid37 || _valid5;
const _errs99 = errors;
if(typeof data36 === "string"){
if(func2(data36) > 40){
const err93 = {instancePath:instancePath+"/session/timeout",schemaPath:"#/$defs/duration/anyOf/1/maxLength",keyword:"maxLength",params:{limit: 40},message:"must NOT have more than 40 characters",schema:40,parentSchema:schema45.anyOf[1],data:data36};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
else {
const err94 = {instancePath:instancePath+"/session/timeout",schemaPath:"#/$defs/duration/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema45.anyOf[1].type,parentSchema:schema45.anyOf[1],data:data36};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
var _valid5 = _errs99 === errors;
valid37 = valid37 || _valid5;
if(!valid37){
const err95 = {instancePath:instancePath+"/session/timeout",schemaPath:"#/$defs/duration/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema45.anyOf,parentSchema:schema45,data:data36};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
else {
errors = _errs96;
if(vErrors !== null){
if(_errs96){
vErrors.length = _errs96;
}
else {
vErrors = null;
}
}
}
}
else {
const err96 = {instancePath:instancePath+"/session",schemaPath:"#/properties/session/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.session.type,parentSchema:schema41.properties.session,data:data34};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
let data37 = data.maxtext;
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
const err97 = {instancePath:instancePath+"/maxtext",schemaPath:"#/properties/maxtext/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema41.properties.maxtext.type,parentSchema:schema41.properties.maxtext,data:data37};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 > 65536 || isNaN(data37)){
const err98 = {instancePath:instancePath+"/maxtext",schemaPath:"#/properties/maxtext/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65536},message:"must be <= 65536",schema:65536,parentSchema:schema41.properties.maxtext,data:data37};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if(data37 < 256 || isNaN(data37)){
const err99 = {instancePath:instancePath+"/maxtext",schemaPath:"#/properties/maxtext/minimum",keyword:"minimum",params:{comparison: ">=", limit: 256},message:"must be >= 256",schema:256,parentSchema:schema41.properties.maxtext,data:data37};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
if(data.mode !== undefined){
let data38 = data.mode;
if(typeof data38 === "string"){
if(!pattern9.test(data38)){
const err100 = {instancePath:instancePath+"/mode",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_-]{0,39}$",parentSchema:schema42,data:data38};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
else {
const err101 = {instancePath:instancePath+"/mode",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.type,parentSchema:schema42,data:data38};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(data.modes !== undefined){
let data39 = data.modes;
if(data39 && typeof data39 == "object" && !Array.isArray(data39)){
if(Object.keys(data39).length > 16){
const err102 = {instancePath:instancePath+"/modes",schemaPath:"#/properties/modes/maxProperties",keyword:"maxProperties",params:{limit: 16},message:"must NOT have more than 16 properties",schema:16,parentSchema:schema41.properties.modes,data:data39};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
for(const key5 in data39){
const _errs108 = errors;
if(typeof key5 === "string"){
if(!pattern9.test(key5)){
const err103 = {instancePath:instancePath+"/modes",schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_-]{0,39}$",parentSchema:schema42,data:key5,propertyName:key5};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
else {
const err104 = {instancePath:instancePath+"/modes",schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.type,parentSchema:schema42,data:key5,propertyName:key5};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
var valid39 = _errs108 === errors;
if(!valid39){
const err105 = {instancePath:instancePath+"/modes",schemaPath:"#/properties/modes/propertyNames",keyword:"propertyNames",params:{propertyName: key5},message:"property name must be valid",schema:schema41.properties.modes.propertyNames,parentSchema:schema41.properties.modes,data:data39};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
for(const key6 in data39){
let data40 = data39[key6];
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
if(data40.base === undefined){
data40.base = true;
}
if(data40.description === undefined){
const err106 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/modes/additionalProperties/required",keyword:"required",params:{missingProperty: "description"},message:"must have required property '"+"description"+"'",schema:schema41.properties.modes.additionalProperties.required,parentSchema:schema41.properties.modes.additionalProperties,data:data40};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
for(const key7 in data40){
if(!((((((key7 === "description") || (key7 === "includes")) || (key7 === "base")) || (key7 === "failregex")) || (key7 === "ignoreregex")) || (key7 === "helperregex"))){
const err107 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/modes/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema41.properties.modes.additionalProperties,data:data40};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data40.description !== undefined){
let data41 = data40.description;
if(typeof data41 === "string"){
if(func2(data41) > 400){
const err108 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/description",schemaPath:"#/properties/modes/additionalProperties/properties/description/maxLength",keyword:"maxLength",params:{limit: 400},message:"must NOT have more than 400 characters",schema:400,parentSchema:schema41.properties.modes.additionalProperties.properties.description,data:data41};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if(func2(data41) < 3){
const err109 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/description",schemaPath:"#/properties/modes/additionalProperties/properties/description/minLength",keyword:"minLength",params:{limit: 3},message:"must NOT have fewer than 3 characters",schema:3,parentSchema:schema41.properties.modes.additionalProperties.properties.description,data:data41};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
else {
const err110 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/description",schemaPath:"#/properties/modes/additionalProperties/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.modes.additionalProperties.properties.description.type,parentSchema:schema41.properties.modes.additionalProperties.properties.description,data:data41};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data40.includes !== undefined){
let data42 = data40.includes;
if(Array.isArray(data42)){
if(data42.length > 16){
const err111 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/includes",schemaPath:"#/properties/modes/additionalProperties/properties/includes/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items",schema:16,parentSchema:schema41.properties.modes.additionalProperties.properties.includes,data:data42};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
const len9 = data42.length;
for(let i12=0; i12<len9; i12++){
let data43 = data42[i12];
if(typeof data43 === "string"){
if(!pattern9.test(data43)){
const err112 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/includes/" + i12,schemaPath:"#/$defs/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9][a-z0-9_-]{0,39}$"},message:"must match pattern \""+"^[a-z0-9][a-z0-9_-]{0,39}$"+"\"",schema:"^[a-z0-9][a-z0-9_-]{0,39}$",parentSchema:schema42,data:data43};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
else {
const err113 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/includes/" + i12,schemaPath:"#/$defs/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema42.type,parentSchema:schema42,data:data43};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
}
else {
const err114 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/includes",schemaPath:"#/properties/modes/additionalProperties/properties/includes/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.modes.additionalProperties.properties.includes.type,parentSchema:schema41.properties.modes.additionalProperties.properties.includes,data:data42};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
let data44 = data40.base;
if(typeof data44 !== "boolean"){
const err115 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/base",schemaPath:"#/properties/modes/additionalProperties/properties/base/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema41.properties.modes.additionalProperties.properties.base.type,parentSchema:schema41.properties.modes.additionalProperties.properties.base,data:data44};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
if(data40.failregex !== undefined){
if(!(validate30(data40.failregex, {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/failregex",parentData:data40,parentDataProperty:"failregex",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data40.ignoreregex !== undefined){
let data46 = data40.ignoreregex;
if(Array.isArray(data46)){
if(data46.length > 256){
const err116 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/ignoreregex",schemaPath:"#/properties/modes/additionalProperties/properties/ignoreregex/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items",schema:256,parentSchema:schema41.properties.modes.additionalProperties.properties.ignoreregex,data:data46};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
const len10 = data46.length;
for(let i13=0; i13<len10; i13++){
let data47 = data46[i13];
if(typeof data47 === "string"){
if(func2(data47) > 4096){
const err117 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/ignoreregex/" + i13,schemaPath:"#/properties/modes/additionalProperties/properties/ignoreregex/items/maxLength",keyword:"maxLength",params:{limit: 4096},message:"must NOT have more than 4096 characters",schema:4096,parentSchema:schema41.properties.modes.additionalProperties.properties.ignoreregex.items,data:data47};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
if(func2(data47) < 1){
const err118 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/ignoreregex/" + i13,schemaPath:"#/properties/modes/additionalProperties/properties/ignoreregex/items/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema41.properties.modes.additionalProperties.properties.ignoreregex.items,data:data47};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
else {
const err119 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/ignoreregex/" + i13,schemaPath:"#/properties/modes/additionalProperties/properties/ignoreregex/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema41.properties.modes.additionalProperties.properties.ignoreregex.items.type,parentSchema:schema41.properties.modes.additionalProperties.properties.ignoreregex.items,data:data47};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
}
else {
const err120 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/ignoreregex",schemaPath:"#/properties/modes/additionalProperties/properties/ignoreregex/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema41.properties.modes.additionalProperties.properties.ignoreregex.type,parentSchema:schema41.properties.modes.additionalProperties.properties.ignoreregex,data:data46};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data40.helperregex !== undefined){
if(!(validate30(data40.helperregex, {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1")+"/helperregex",parentData:data40,parentDataProperty:"helperregex",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
}
else {
const err121 = {instancePath:instancePath+"/modes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/modes/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.modes.additionalProperties.type,parentSchema:schema41.properties.modes.additionalProperties,data:data40};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
}
else {
const err122 = {instancePath:instancePath+"/modes",schemaPath:"#/properties/modes/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.properties.modes.type,parentSchema:schema41.properties.modes,data:data39};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
}
else {
const err123 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.type,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
validate29.errors = vErrors;
return errors === 0;
}
validate29.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
