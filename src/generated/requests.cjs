/* Made from schemas/ by `make types`. Do not edit. */
"use strict";
exports.request = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://bailiff.example.org/schemas/control.schema.json","title":"Request","description":"A request on the control socket: one JSON object on a line, 64 KiB at the most. Each is answered by one line: { \"ok\": true, \"result\": … } or { \"ok\": false, \"error\": { \"code\", \"message\", \"hint\" } }.","type":"object","required":["command"],"discriminator":{"propertyName":"command"},"oneOf":[{"title":"PingRequest","description":"Is the agent there, and which version?","type":"object","additionalProperties":false,"required":["command"],"properties":{"command":{"const":"ping"}}},{"title":"StatusRequest","description":"Sources, firewall, health and jails; of one jail, its counters and bans.","type":"object","additionalProperties":false,"required":["command"],"properties":{"command":{"const":"status"},"jail":{"$ref":"#/$defs/jail"}}},{"title":"UntrustedRequest","description":"Entries that looked like failures and were not believed: by filter and reason, with a sample.","type":"object","additionalProperties":false,"required":["command"],"properties":{"command":{"const":"untrusted"}}},{"title":"BannedRequest","description":"All bans, those of one jail, or those that hold an address.","type":"object","additionalProperties":false,"required":["command"],"properties":{"command":{"const":"banned"},"target":{"$ref":"#/$defs/target"},"jail":{"$ref":"#/$defs/jail"}}},{"title":"WhyRequest","description":"Why an address is banned or not: its bans, what is counted of it, and who spares it.","type":"object","additionalProperties":false,"required":["command","target"],"properties":{"command":{"const":"why"},"target":{"$ref":"#/$defs/target"}}},{"title":"HistoryRequest","description":"Past and present bans of an address.","type":"object","additionalProperties":false,"required":["command","target"],"properties":{"command":{"const":"history"},"target":{"$ref":"#/$defs/target"}}},{"title":"StatsRequest","description":"Failures and bans of every jail, now and since the start.","type":"object","additionalProperties":false,"required":["command"],"properties":{"command":{"const":"stats"}}},{"title":"BanRequest","description":"Ban addresses or prefixes.","type":"object","additionalProperties":false,"required":["command","targets"],"properties":{"command":{"const":"ban"},"targets":{"type":"array","minItems":1,"maxItems":1000,"items":{"$ref":"#/$defs/target"}},"jail":{"$ref":"#/$defs/jail"},"seconds":{"type":"number","minimum":-1,"maximum":3155760000,"description":"How long; -1 forever. Default: the jail's bantime."},"reason":{"type":"string","maxLength":200}}},{"title":"UnbanRequest","description":"Lift bans.","type":"object","additionalProperties":false,"required":["command"],"properties":{"command":{"const":"unban"},"targets":{"type":"array","minItems":1,"maxItems":1000,"items":{"$ref":"#/$defs/target"}},"all":{"type":"boolean"},"jail":{"$ref":"#/$defs/jail"}}},{"title":"ReloadRequest","description":"Read the configuration again. All or nothing: an invalid one changes nothing.","type":"object","additionalProperties":false,"required":["command"],"properties":{"command":{"const":"reload"},"diff":{"type":"boolean","description":"Only tell what would change."},"unban":{"type":"boolean","description":"Lift the bans of jails that are gone or were changed."}}},{"title":"IgnoreRequest","description":"Never ban these until the agent ends; their bans are lifted.","type":"object","additionalProperties":false,"required":["command","action"],"properties":{"command":{"const":"ignore"},"action":{"enum":["add","remove","list"]},"targets":{"type":"array","maxItems":1000,"items":{"$ref":"#/$defs/target"}}}},{"title":"PauseRequest","description":"Stop counting in a jail, or go on; its bans stay.","type":"object","additionalProperties":false,"required":["command","jail","paused"],"properties":{"command":{"const":"pause"},"jail":{"$ref":"#/$defs/jail"},"paused":{"type":"boolean"}}},{"title":"FirewallRequest","description":"What is laid out in the kernel, or what could let a banned address through.","type":"object","additionalProperties":false,"required":["command","action"],"properties":{"command":{"const":"firewall"},"action":{"enum":["show","check"]}}}],"$defs":{"jail":{"type":"string","pattern":"^[a-z][a-z0-9_-]{0,30}$"},"target":{"type":"string","minLength":2,"maxLength":64}}};
const schema32 = {"type":"string","pattern":"^[a-z][a-z0-9_-]{0,30}$"};
const schema33 = {"type":"string","minLength":2,"maxLength":64};
const pattern4 = new RegExp("^[a-z][a-z0-9_-]{0,30}$", "u");
const func1 = require("ajv/dist/runtime/ucs2length").default;

function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://bailiff.example.org/schemas/control.schema.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.command === undefined) && (missing0 = "command")){
validate20.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const tag0 = data.command;
if(typeof tag0 == "string"){
if(tag0 === "ping"){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.command === undefined) && (missing1 = "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs4 = errors;
for(const key0 in data){
if(!(key0 === "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/0/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs4 === errors){
if(data.command !== undefined){
if("ping" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/0/properties/command/const",keyword:"const",params:{allowedValue: "ping"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/0/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var props0 = true;
}
else if(tag0 === "status"){
const _errs6 = errors;
if(errors === _errs6){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((data.command === undefined) && (missing2 = "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key1 in data){
if(!((key1 === "command") || (key1 === "jail"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/1/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data.command !== undefined){
const _errs9 = errors;
if("status" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/1/properties/command/const",keyword:"const",params:{allowedValue: "status"},message:"must be equal to constant"}];
return false;
}
var valid4 = _errs9 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.jail !== undefined){
let data2 = data.jail;
const _errs10 = errors;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data2 === "string"){
if(!pattern4.test(data2)){
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]{0,30}$"},message:"must match pattern \""+"^[a-z][a-z0-9_-]{0,30}$"+"\""}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid4 = _errs10 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/1/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "untrusted"){
const _errs13 = errors;
if(errors === _errs13){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if((data.command === undefined) && (missing3 = "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs15 = errors;
for(const key2 in data){
if(!(key2 === "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/2/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs15 === errors){
if(data.command !== undefined){
if("untrusted" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/2/properties/command/const",keyword:"const",params:{allowedValue: "untrusted"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/2/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "banned"){
const _errs17 = errors;
if(errors === _errs17){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if((data.command === undefined) && (missing4 = "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/3/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'"}];
return false;
}
else {
const _errs19 = errors;
for(const key3 in data){
if(!(((key3 === "command") || (key3 === "target")) || (key3 === "jail"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/3/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs19 === errors){
if(data.command !== undefined){
const _errs20 = errors;
if("banned" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/3/properties/command/const",keyword:"const",params:{allowedValue: "banned"},message:"must be equal to constant"}];
return false;
}
var valid9 = _errs20 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data.target !== undefined){
let data5 = data.target;
const _errs21 = errors;
const _errs22 = errors;
if(errors === _errs22){
if(typeof data5 === "string"){
if(func1(data5) > 64){
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"}];
return false;
}
else {
if(func1(data5) < 2){
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters"}];
return false;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid9 = _errs21 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data.jail !== undefined){
let data6 = data.jail;
const _errs24 = errors;
const _errs25 = errors;
if(errors === _errs25){
if(typeof data6 === "string"){
if(!pattern4.test(data6)){
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]{0,30}$"},message:"must match pattern \""+"^[a-z][a-z0-9_-]{0,30}$"+"\""}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid9 = _errs24 === errors;
}
else {
var valid9 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/3/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "why"){
const _errs27 = errors;
if(errors === _errs27){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing5;
if(((data.command === undefined) && (missing5 = "command")) || ((data.target === undefined) && (missing5 = "target"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/4/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'"}];
return false;
}
else {
const _errs29 = errors;
for(const key4 in data){
if(!((key4 === "command") || (key4 === "target"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/4/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs29 === errors){
if(data.command !== undefined){
const _errs30 = errors;
if("why" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/4/properties/command/const",keyword:"const",params:{allowedValue: "why"},message:"must be equal to constant"}];
return false;
}
var valid13 = _errs30 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.target !== undefined){
let data8 = data.target;
const _errs31 = errors;
const _errs32 = errors;
if(errors === _errs32){
if(typeof data8 === "string"){
if(func1(data8) > 64){
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"}];
return false;
}
else {
if(func1(data8) < 2){
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters"}];
return false;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid13 = _errs31 === errors;
}
else {
var valid13 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/4/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "history"){
const _errs34 = errors;
if(errors === _errs34){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing6;
if(((data.command === undefined) && (missing6 = "command")) || ((data.target === undefined) && (missing6 = "target"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/5/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'"}];
return false;
}
else {
const _errs36 = errors;
for(const key5 in data){
if(!((key5 === "command") || (key5 === "target"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/5/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs36 === errors){
if(data.command !== undefined){
const _errs37 = errors;
if("history" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/5/properties/command/const",keyword:"const",params:{allowedValue: "history"},message:"must be equal to constant"}];
return false;
}
var valid16 = _errs37 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data.target !== undefined){
let data10 = data.target;
const _errs38 = errors;
const _errs39 = errors;
if(errors === _errs39){
if(typeof data10 === "string"){
if(func1(data10) > 64){
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"}];
return false;
}
else {
if(func1(data10) < 2){
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters"}];
return false;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/target",schemaPath:"#/$defs/target/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid16 = _errs38 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/5/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "stats"){
const _errs41 = errors;
if(errors === _errs41){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing7;
if((data.command === undefined) && (missing7 = "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/6/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'"}];
return false;
}
else {
const _errs43 = errors;
for(const key6 in data){
if(!(key6 === "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/6/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs43 === errors){
if(data.command !== undefined){
if("stats" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/6/properties/command/const",keyword:"const",params:{allowedValue: "stats"},message:"must be equal to constant"}];
return false;
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/6/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "ban"){
const _errs45 = errors;
if(errors === _errs45){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing8;
if(((data.command === undefined) && (missing8 = "command")) || ((data.targets === undefined) && (missing8 = "targets"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/7/required",keyword:"required",params:{missingProperty: missing8},message:"must have required property '"+missing8+"'"}];
return false;
}
else {
const _errs47 = errors;
for(const key7 in data){
if(!(((((key7 === "command") || (key7 === "targets")) || (key7 === "jail")) || (key7 === "seconds")) || (key7 === "reason"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/7/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs47 === errors){
if(data.command !== undefined){
const _errs48 = errors;
if("ban" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/7/properties/command/const",keyword:"const",params:{allowedValue: "ban"},message:"must be equal to constant"}];
return false;
}
var valid21 = _errs48 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.targets !== undefined){
let data13 = data.targets;
const _errs49 = errors;
if(errors === _errs49){
if(Array.isArray(data13)){
if(data13.length > 1000){
validate20.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/oneOf/7/properties/targets/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items"}];
return false;
}
else {
if(data13.length < 1){
validate20.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/oneOf/7/properties/targets/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid22 = true;
const len0 = data13.length;
for(let i0=0; i0<len0; i0++){
let data14 = data13[i0];
const _errs51 = errors;
const _errs52 = errors;
if(errors === _errs52){
if(typeof data14 === "string"){
if(func1(data14) > 64){
validate20.errors = [{instancePath:instancePath+"/targets/" + i0,schemaPath:"#/$defs/target/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"}];
return false;
}
else {
if(func1(data14) < 2){
validate20.errors = [{instancePath:instancePath+"/targets/" + i0,schemaPath:"#/$defs/target/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters"}];
return false;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/targets/" + i0,schemaPath:"#/$defs/target/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid22 = _errs51 === errors;
if(!valid22){
break;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/oneOf/7/properties/targets/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid21 = _errs49 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.jail !== undefined){
let data15 = data.jail;
const _errs54 = errors;
const _errs55 = errors;
if(errors === _errs55){
if(typeof data15 === "string"){
if(!pattern4.test(data15)){
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]{0,30}$"},message:"must match pattern \""+"^[a-z][a-z0-9_-]{0,30}$"+"\""}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid21 = _errs54 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.seconds !== undefined){
let data16 = data.seconds;
const _errs57 = errors;
if(errors === _errs57){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 3155760000 || isNaN(data16)){
validate20.errors = [{instancePath:instancePath+"/seconds",schemaPath:"#/oneOf/7/properties/seconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3155760000},message:"must be <= 3155760000"}];
return false;
}
else {
if(data16 < -1 || isNaN(data16)){
validate20.errors = [{instancePath:instancePath+"/seconds",schemaPath:"#/oneOf/7/properties/seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1},message:"must be >= -1"}];
return false;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/seconds",schemaPath:"#/oneOf/7/properties/seconds/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid21 = _errs57 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.reason !== undefined){
let data17 = data.reason;
const _errs59 = errors;
if(errors === _errs59){
if(typeof data17 === "string"){
if(func1(data17) > 200){
validate20.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/oneOf/7/properties/reason/maxLength",keyword:"maxLength",params:{limit: 200},message:"must NOT have more than 200 characters"}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/reason",schemaPath:"#/oneOf/7/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid21 = _errs59 === errors;
}
else {
var valid21 = true;
}
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/7/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "unban"){
const _errs61 = errors;
if(errors === _errs61){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing9;
if((data.command === undefined) && (missing9 = "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/8/required",keyword:"required",params:{missingProperty: missing9},message:"must have required property '"+missing9+"'"}];
return false;
}
else {
const _errs63 = errors;
for(const key8 in data){
if(!((((key8 === "command") || (key8 === "targets")) || (key8 === "all")) || (key8 === "jail"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/8/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs63 === errors){
if(data.command !== undefined){
const _errs64 = errors;
if("unban" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/8/properties/command/const",keyword:"const",params:{allowedValue: "unban"},message:"must be equal to constant"}];
return false;
}
var valid26 = _errs64 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.targets !== undefined){
let data19 = data.targets;
const _errs65 = errors;
if(errors === _errs65){
if(Array.isArray(data19)){
if(data19.length > 1000){
validate20.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/oneOf/8/properties/targets/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items"}];
return false;
}
else {
if(data19.length < 1){
validate20.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/oneOf/8/properties/targets/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"}];
return false;
}
else {
var valid27 = true;
const len1 = data19.length;
for(let i1=0; i1<len1; i1++){
let data20 = data19[i1];
const _errs67 = errors;
const _errs68 = errors;
if(errors === _errs68){
if(typeof data20 === "string"){
if(func1(data20) > 64){
validate20.errors = [{instancePath:instancePath+"/targets/" + i1,schemaPath:"#/$defs/target/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"}];
return false;
}
else {
if(func1(data20) < 2){
validate20.errors = [{instancePath:instancePath+"/targets/" + i1,schemaPath:"#/$defs/target/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters"}];
return false;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/targets/" + i1,schemaPath:"#/$defs/target/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid27 = _errs67 === errors;
if(!valid27){
break;
}
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/oneOf/8/properties/targets/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid26 = _errs65 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.all !== undefined){
const _errs70 = errors;
if(typeof data.all !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/all",schemaPath:"#/oneOf/8/properties/all/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid26 = _errs70 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.jail !== undefined){
let data22 = data.jail;
const _errs72 = errors;
const _errs73 = errors;
if(errors === _errs73){
if(typeof data22 === "string"){
if(!pattern4.test(data22)){
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]{0,30}$"},message:"must match pattern \""+"^[a-z][a-z0-9_-]{0,30}$"+"\""}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid26 = _errs72 === errors;
}
else {
var valid26 = true;
}
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/8/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "reload"){
const _errs75 = errors;
if(errors === _errs75){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing10;
if((data.command === undefined) && (missing10 = "command")){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/9/required",keyword:"required",params:{missingProperty: missing10},message:"must have required property '"+missing10+"'"}];
return false;
}
else {
const _errs77 = errors;
for(const key9 in data){
if(!(((key9 === "command") || (key9 === "diff")) || (key9 === "unban"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/9/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs77 === errors){
if(data.command !== undefined){
const _errs78 = errors;
if("reload" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/9/properties/command/const",keyword:"const",params:{allowedValue: "reload"},message:"must be equal to constant"}];
return false;
}
var valid31 = _errs78 === errors;
}
else {
var valid31 = true;
}
if(valid31){
if(data.diff !== undefined){
const _errs79 = errors;
if(typeof data.diff !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/diff",schemaPath:"#/oneOf/9/properties/diff/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid31 = _errs79 === errors;
}
else {
var valid31 = true;
}
if(valid31){
if(data.unban !== undefined){
const _errs81 = errors;
if(typeof data.unban !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/unban",schemaPath:"#/oneOf/9/properties/unban/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid31 = _errs81 === errors;
}
else {
var valid31 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/9/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "ignore"){
const _errs83 = errors;
if(errors === _errs83){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing11;
if(((data.command === undefined) && (missing11 = "command")) || ((data.action === undefined) && (missing11 = "action"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/10/required",keyword:"required",params:{missingProperty: missing11},message:"must have required property '"+missing11+"'"}];
return false;
}
else {
const _errs85 = errors;
for(const key10 in data){
if(!(((key10 === "command") || (key10 === "action")) || (key10 === "targets"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/10/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs85 === errors){
if(data.command !== undefined){
const _errs86 = errors;
if("ignore" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/10/properties/command/const",keyword:"const",params:{allowedValue: "ignore"},message:"must be equal to constant"}];
return false;
}
var valid33 = _errs86 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data.action !== undefined){
let data27 = data.action;
const _errs87 = errors;
if(!(((data27 === "add") || (data27 === "remove")) || (data27 === "list"))){
validate20.errors = [{instancePath:instancePath+"/action",schemaPath:"#/oneOf/10/properties/action/enum",keyword:"enum",params:{allowedValues: schema31.oneOf[10].properties.action.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid33 = _errs87 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data.targets !== undefined){
let data28 = data.targets;
const _errs88 = errors;
if(errors === _errs88){
if(Array.isArray(data28)){
if(data28.length > 1000){
validate20.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/oneOf/10/properties/targets/maxItems",keyword:"maxItems",params:{limit: 1000},message:"must NOT have more than 1000 items"}];
return false;
}
else {
var valid34 = true;
const len2 = data28.length;
for(let i2=0; i2<len2; i2++){
let data29 = data28[i2];
const _errs90 = errors;
const _errs91 = errors;
if(errors === _errs91){
if(typeof data29 === "string"){
if(func1(data29) > 64){
validate20.errors = [{instancePath:instancePath+"/targets/" + i2,schemaPath:"#/$defs/target/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"}];
return false;
}
else {
if(func1(data29) < 2){
validate20.errors = [{instancePath:instancePath+"/targets/" + i2,schemaPath:"#/$defs/target/minLength",keyword:"minLength",params:{limit: 2},message:"must NOT have fewer than 2 characters"}];
return false;
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/targets/" + i2,schemaPath:"#/$defs/target/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid34 = _errs90 === errors;
if(!valid34){
break;
}
}
}
}
else {
validate20.errors = [{instancePath:instancePath+"/targets",schemaPath:"#/oneOf/10/properties/targets/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid33 = _errs88 === errors;
}
else {
var valid33 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/10/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "pause"){
const _errs93 = errors;
if(errors === _errs93){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing12;
if((((data.command === undefined) && (missing12 = "command")) || ((data.jail === undefined) && (missing12 = "jail"))) || ((data.paused === undefined) && (missing12 = "paused"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/11/required",keyword:"required",params:{missingProperty: missing12},message:"must have required property '"+missing12+"'"}];
return false;
}
else {
const _errs95 = errors;
for(const key11 in data){
if(!(((key11 === "command") || (key11 === "jail")) || (key11 === "paused"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/11/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs95 === errors){
if(data.command !== undefined){
const _errs96 = errors;
if("pause" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/11/properties/command/const",keyword:"const",params:{allowedValue: "pause"},message:"must be equal to constant"}];
return false;
}
var valid37 = _errs96 === errors;
}
else {
var valid37 = true;
}
if(valid37){
if(data.jail !== undefined){
let data31 = data.jail;
const _errs97 = errors;
const _errs98 = errors;
if(errors === _errs98){
if(typeof data31 === "string"){
if(!pattern4.test(data31)){
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]{0,30}$"},message:"must match pattern \""+"^[a-z][a-z0-9_-]{0,30}$"+"\""}];
return false;
}
}
else {
validate20.errors = [{instancePath:instancePath+"/jail",schemaPath:"#/$defs/jail/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid37 = _errs97 === errors;
}
else {
var valid37 = true;
}
if(valid37){
if(data.paused !== undefined){
const _errs100 = errors;
if(typeof data.paused !== "boolean"){
validate20.errors = [{instancePath:instancePath+"/paused",schemaPath:"#/oneOf/11/properties/paused/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid37 = _errs100 === errors;
}
else {
var valid37 = true;
}
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/11/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "firewall"){
const _errs102 = errors;
if(errors === _errs102){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing13;
if(((data.command === undefined) && (missing13 = "command")) || ((data.action === undefined) && (missing13 = "action"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/12/required",keyword:"required",params:{missingProperty: missing13},message:"must have required property '"+missing13+"'"}];
return false;
}
else {
const _errs104 = errors;
for(const key12 in data){
if(!((key12 === "command") || (key12 === "action"))){
validate20.errors = [{instancePath,schemaPath:"#/oneOf/12/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs104 === errors){
if(data.command !== undefined){
const _errs105 = errors;
if("firewall" !== data.command){
validate20.errors = [{instancePath:instancePath+"/command",schemaPath:"#/oneOf/12/properties/command/const",keyword:"const",params:{allowedValue: "firewall"},message:"must be equal to constant"}];
return false;
}
var valid40 = _errs105 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.action !== undefined){
let data34 = data.action;
const _errs106 = errors;
if(!((data34 === "show") || (data34 === "check"))){
validate20.errors = [{instancePath:instancePath+"/action",schemaPath:"#/oneOf/12/properties/action/enum",keyword:"enum",params:{allowedValues: schema31.oneOf[12].properties.action.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid40 = _errs106 === errors;
}
else {
var valid40 = true;
}
}
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/oneOf/12/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
if(props0 !== true){
props0 = true;
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "command", tagValue: tag0},message:"value of tag \"command\" must be in oneOf"}];
return false;
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "command", tagValue: tag0},message:"tag \"command\" must be string"}];
return false;
}
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate20.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate20.evaluated = {"dynamicProps":true,"dynamicItems":false};
