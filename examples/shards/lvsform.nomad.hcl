# Ten shards as a batch job. README.md says what it needs, and how to get the summary.
job "lvsform-shards" {
  type = "batch"

  group "shard" {
    count = 10

    # A task that is killed is begun again; what its hosts have done is done.
    restart {
      attempts = 3
      mode     = "fail"
    }

    volume "events" {
      type   = "host"
      source = "lvsform-events"
    }

    task "apply" {
      driver = "exec"

      env {
        LVSFORM_INVENTORY = "/etc/lvsform/inventory"
        EVENTS            = "/events"
        SHARDS            = "10"
      }

      volume_mount {
        volume      = "events"
        destination = "/events"
      }

      # A status below 128 is lvsform's own: the events tell it, and the summary decides.
      config {
        command = "/bin/sh"
        args = ["-c", <<-SCRIPT
          shard=$((NOMAD_ALLOC_INDEX + 1))
          lvsform apply --shard "$shard/$SHARDS" --yes --json > "$EVENTS/$shard.jsonl" || [ $? -lt 128 ]
        SCRIPT
        ]
      }
    }
  }
}
