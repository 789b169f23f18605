"""Fields that events of log sources other than Windows can have: what is known where no events have been seen.

A log source stands here only where the list of its fields is closed: by the product's own documentation (Zeek's logs,
the kernel's audit records, CloudTrail, Kubernetes' audit API, Okta's system log), by Sysmon's schema, or by W3C's way
to name fields. Names that a list leaves open on purpose (objects below requests, headers, other products' names with
dots) count as known. What does not stand here (firewalls, proxies, Microsoft 365, Azure, Google, GitHub, words of
syslog and of applications) cannot be told without events.
"""

from collections.abc import Callable

from keng.detect.sigma.rule import RuleSource


class KnownFields:
    """Field names; `in` answers. others: whether a name that is not listed may still come."""

    __slots__ = ("names", "others")

    def __init__(self, names: str, others: Callable[[str], bool] = lambda name: False) -> None:
        self.names = frozenset(names.split())
        self.others = others

    def __contains__(self, name: object) -> bool:
        return name in self.names or (isinstance(name, str) and self.others(name))


def _below(*heads: str) -> Callable[[str], bool]:
    """Names of parts of these objects."""
    starts = tuple(f"{head}." for head in heads)
    return lambda name: name.startswith(starts)


def _dotted(name: str) -> bool:
    return "." in name or name.startswith("@")


def _no_w3c_name(name: str) -> bool:
    """What is not named as W3C names fields may be a name of somebody's own JSON log; headers are anybody's."""
    return not name.startswith(("cs-", "sc-", "c-", "s-", "r-"))


_ENDS = (
    " ts uid _path _system_name _write_ts id.orig_h id.orig_p id.resp_h id.resp_p id_orig_h id_orig_p id_resp_h id_resp_p"
    " src_ip src_port dst_ip dst_port community_id vlan inner_vlan"
)
_W3C = (
    " c-ip c-port c-uri c-uri-extension c-uri-path c-uri-query c-uri-stem c-useragent c-username c-host cs-auth-group"
    " cs-bytes cs-categories cs-content-type cs-cookie cs-cookie-vars cs-host cs-ip cs-method cs-mime-type cs-protocol"
    " cs-referer cs-referrer cs-uri cs-uri-extension cs-uri-host cs-uri-path cs-uri-port cs-uri-query cs-uri-scheme"
    " cs-uri-stem cs-user-agent cs-useragent cs-username cs-userdn cs-version cs-x-forwarded-for r-dns r-host r-ip"
    " r-port r-supplier-ip s-action s-computername s-dns s-hierarchy s-icap-status s-ip s-port s-reason s-sitename"
    " s-supplier-ip s-supplier-name sc-bytes sc-content-type sc-filter-category sc-filter-result sc-status"
    " sc-substatus sc-win32-status"
)
_ZEEK = {
    "conn": (
        "proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts"
        " orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents orig_l2_addr resp_l2_addr speculative_service"
        " failed_service ip_proto pcr label detailedlabel detailed-label"
    ),
    "dns": (
        "proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs"
        " rejected total_answers total_replies saw_query saw_reply auth addl answer record_type opcode opcode_name"
        " original_query is_trusted_domain icann_domain icann_host_subdomain icann_tld"
    ),
    "http": (
        "trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code"
        " status_msg info_code info_msg tags username password proxied orig_fuids orig_filenames orig_mime_types"
        " resp_fuids resp_filenames resp_mime_types client_header_names server_header_names cookie_vars uri_vars"
        " post_body" + _W3C
    ),
    "ssl": (
        "version cipher curve server_name resumed last_alert next_protocol established ssl_history cert_chain_fps"
        " client_cert_chain_fps cert_chain_fuids client_cert_chain_fuids subject issuer client_subject client_issuer"
        " sni_matches_cert validation_status ja3 ja3s ja4 ja4s ocsp_status version_num cipher_num client_key_length"
    ),
    "files": (
        "fuid tx_hosts rx_hosts conn_uids source depth analyzers mime_type filename duration local_orig is_orig"
        " seen_bytes total_bytes missing_bytes overflow_bytes timedout parent_fuid md5 sha1 sha256 extracted"
        " extracted_cutoff extracted_size entropy"
    ),
    "smtp": (
        "trans_depth helo mailfrom rcptto date from to cc reply_to msg_id in_reply_to subject x_originating_ip"
        " first_received second_received last_reply path user_agent tls fuids is_webmail"
    ),
    "ssh": (
        "version auth_success auth_attempts direction client server cipher_alg mac_alg compression_alg kex_alg"
        " host_key_alg host_key hassh hasshServer hasshAlgorithms hasshVersion cshka sshka inferences"
        " remote_location.country_code remote_location.region remote_location.city remote_location.latitude"
        " remote_location.longitude"
    ),
    "smb_files": (
        "fuid action path name size prev_name times.modified times.accessed times.created times.changed"
        " data_offset_req data_len_req data_len_rsp"
    ),
    "smb_mapping": "path service native_file_system share_type",
    "dce_rpc": "rtt named_pipe endpoint operation",
    "kerberos": (
        "request_type client service success error_msg error_code from till cipher forwardable renewable"
        " client_cert_subject client_cert_fuid server_cert_subject server_cert_fuid auth_ticket new_ticket"
    ),
    "ntlm": (
        "username hostname domainname server_nb_computer_name server_dns_computer_name server_tree_name success"
        " status"
    ),
    "rdp": (
        "cookie result security_protocol client_channels keyboard_layout client_build client_name client_dig_product_id"
        " desktop_width desktop_height requested_color_depth cert_type cert_count cert_permanent encryption_level"
        " encryption_method ssl auth_success channels_joined inferences rdfp_string rdfp_hash"
    ),
    "ftp": (
        "user password command arg mime_type file_size reply_code reply_msg data_channel.passive data_channel.orig_h"
        " data_channel.resp_h data_channel.resp_p fuid cwd cmdarg.ts cmdarg.cmd cmdarg.arg"
    ),
    "dhcp": (
        "uids client_addr server_addr mac host_name client_fqdn domain requested_addr assigned_addr lease_time"
        " client_message server_message msg_types duration client_software server_software msg_orig circuit_id"
        " agent_remote_id subscriber_id client_port server_port"
    ),
    "tunnel": "tunnel_type action",
    "pe": (
        "id machine compile_ts os subsystem is_exe is_64bit uses_aslr uses_dep uses_code_integrity uses_seh"
        " has_import_table has_export_table has_cert_table has_debug_data section_names"
    ),
    "x509": "fingerprint client_cert host_cert basic_constraints.ca basic_constraints.path_len",
}  # fmt: skip
_BELOW_ZEEK = {"x509": _below("certificate", "san"), "ftp": _below("cmdarg", "data_channel")}

_AUDIT_FIELDS = (
    " type node ts serial time AUID UID GID EUID SUID FSUID EGID SGID FSGID OUID OGID ARCH SYSCALL SADDR ID a0 a1 a2 a3"
    " acct acl action addr addr_family addr_len apparmor arch argc audit_backlog_limit audit_backlog_wait_time audit_enabled"
    " audit_failure auid banners bool bus calipso_doi calipso_type cap_fe cap_fi cap_fp cap_frootid cap_fver cap_pa"
    " cap_pe cap_pi cap_pp capability category cgroup changed cipher class cmd code comm compat cwd daddr data"
    " default-context denied_mask dev device dir direction dmac dport dst_ip dst_port egid enforcing entries error errno euid exe exit"
    " exit_syscall fam family fd fe feature fi file flags format fp fsgid fsuid fver gid grantors grp hook hostname"
    " icmp_type id igid img-ctx inif ino inode inode_gid inode_uid invalid_context ioctlcmd ip ipid ipx-net item items"
    " iuid kernel key key_enforce kind ksize laddr len list list_type lport lsm mac macproto maj major max_msg minor mode model"
    " msg name nametype nargs net new new-chardev new-disk new-enabled new-fam new-fs new-level new-log_passwd new-mem"
    " new-net new-range new-rng new-role new-seuser new-vcpu new_gid new_pe new_pi new_pp nlnk-fam nlnk-grp"
    " nlnk-pid oauid obj obj_gid obj_uid ocomm oflag ogid old old-auid old-chardev old-disk old-enabled old-fam old-fs"
    " old-level old-log_passwd old-mem old-net old-range old-rng old-role old-ses old-seuser old-vcpu old_enforcing"
    " old_lock old_pa old_pe old_pi old_pp old_prom op operation opid oses ouid outif pa parent path pe per perm"
    " perm_mask permissive pfs pi pid pp ppid printer proctitle profile prom proto qbytes range rdev reason removed"
    " requested_mask res resrc result role rport saddr saddr_fam saddr_hex sauid scontext selected-context seperm seperms seqno seresult ses"
    " seuser sgid sig sigev_signo smac spid sport src_ip src_port state subj success suid syscall table tclass tcontext"
    " terminal tty uid unit uri user uuid val ver virt vm vm-ctx vm-pid watch xdevice"
    " CommandLine CurrentDirectory Image LogonId ParentCommandLine ParentProcessId ProcessId TargetFilename User"
    " ParentImage target_path"
)  # fmt: skip


def _arguments(name: str) -> bool:
    """a4, a12, a2[0], a1_len, SADDR.port: as many as the call had."""
    return (name[:1] == "a" and name[1:2].isdigit()) or name.startswith("SADDR.")


def _linux_other(name: str) -> bool:
    """Arguments of audit records, and names of osquery, Falco and ECS."""
    return _arguments(name) or _dotted(name)


_SYSMON = (
    " Channel Computer EventID EventRecordID EventType Execution_ProcessID Execution_ThreadID Image Keywords Level Opcode"
    " ProcessGuid ProcessId Provider_Guid Provider_Name RuleName Security_UserID Task TimeCreated_SystemTime User"
    " UtcTime Version"
)
_PROCESS = (
    _SYSMON + " CommandLine Company CurrentDirectory Description FileVersion Hashes IntegrityLevel LogonGuid LogonId md5 sha1"
    " sha256 Imphash OriginalFileName ParentCommandLine ParentImage ParentProcessGuid ParentProcessId ParentUser"
    " Product TerminalSessionId"
)  # fmt: skip
_AGENTS = (
    " action ActionType calendarTime cmdline DeviceId DeviceName egid euid event_name event_type FileName FolderPath"
    " global_seq_num hostIdentifier InitiatingProcessFileName InitiatingProcessFolderPath mach_time name output parent"
    " path pid priority ProcessCommandLine rule schema_version sha256 Signature time Timestamp unixTime version"
)
_CONNECTION = (
    " DestinationHostname DestinationIp DestinationIsIpv6 DestinationPort DestinationPortName Initiated Protocol"
    " SourceHostname SourceIp SourceIsIpv6 SourcePort SourcePortName src_ip src_port dst_ip dst_port"
)
_FILE = " TargetFilename CreationUtcTime Hashes md5 sha1 sha256"

_UNIX = {
    ("linux", "process_creation"): KnownFields(_PROCESS + _AUDIT_FIELDS + _AGENTS, _linux_other),
    ("linux", "file_event"): KnownFields(_SYSMON + _FILE + _AUDIT_FIELDS + _AGENTS, _linux_other),
    ("linux", "file_delete"): KnownFields(_SYSMON + _FILE + _AUDIT_FIELDS + _AGENTS, _linux_other),
    ("linux", "network_connection"): KnownFields(_SYSMON + _CONNECTION + _AUDIT_FIELDS + _AGENTS, _linux_other),
    ("macos", "process_creation"): KnownFields(
        " CommandLine CurrentDirectory Image ParentImage ParentCommandLine ParentProcessId ProcessId User" + _AGENTS, _dotted
    ),
    ("macos", "file_event"): KnownFields(" Image ParentImage ParentProcessId ProcessId TargetFilename User" + _AGENTS, _dotted),
}  # fmt: skip
_SERVICES = {
    ("linux", "auditd"): KnownFields(_AUDIT_FIELDS, _arguments),
    **{("zeek", log): KnownFields(names + _ENDS, _BELOW_ZEEK.get(log, lambda name: False)) for log, names in _ZEEK.items()},
    ("aws", "cloudtrail"): KnownFields(
        "additionalEventData addendum annotation apiVersion awsRegion edgeDeviceDetails errorCode errorMessage eventCategory"
        " eventID eventName eventSource eventTime eventType eventVersion insightDetails managementEvent outcome readOnly"
        " recipientAccountId requestID requestParameters resources responseElements serviceEventDetails sessionCredentialFromConsole"
        " sharedEventID sourceIPAddress src_ip status tlsDetails User userAgent userIdentity vpcEndpointId vpcEndpointAccountId",
        _below("additionalEventData", "addendum", "eventContext", "insightDetails", "requestParameters", "resources",
               "responseElements", "serviceEventDetails", "tlsDetails", "userIdentity"),
    ),
    ("kubernetes", "audit"): KnownFields(
        "User apiGroup apiVersion annotations auditID capabilities cs-user-agent hostPath impersonatedUser kind level namespace"
        " objectRef outcome requestObject requestReceivedTimestamp requestURI resource responseObject responseStatus"
        " sourceIPs src_ip stage stageTimestamp subresource user userAgent verb",
        _below("annotations", "impersonatedUser", "metadata", "objectRef", "requestObject", "responseObject", "responseStatus", "user"),
    ),
    ("okta", "okta"): KnownFields(
        "User actor authenticationContext client cs-user-agent debugContext device displayMessage displaymessage eventType"
        " eventtype legacyEventType outcome published request securityContext severity src_ip target transaction uuid version",
        _below("actor", "authenticationContext", "client", "debugContext", "debugcontext", "device", "outcome", "request",
               "securityContext", "securitycontext", "target", "transaction"),
    ),
}  # fmt: skip
_WEB = KnownFields(_W3C, _no_w3c_name)


def fields_elsewhere(source: RuleSource) -> KnownFields | None:
    """Fields that events of this log source can have; None if that cannot be told without events."""
    if source.product in ("linux", "macos") and source.category:
        return _UNIX.get((source.product, source.category))
    if source.service:
        return _SERVICES.get((source.product, source.service))
    if source.category == "webserver" and not source.service:
        return _WEB
    return None
