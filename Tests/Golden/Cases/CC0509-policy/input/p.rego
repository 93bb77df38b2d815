package agent_policy
ExecProcessRequest { true }
