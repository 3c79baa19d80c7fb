using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CellVitCluster.TestSupport;

/// <summary>What a process can be told from outside; the values are Linux's.</summary>
public enum ProcessSignal
{
    /// <summary>SIGINT: Ctrl-C.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL: ends at once.</summary>
    Kill = 9,

    /// <summary>SIGTERM: asked to end, as supervisors do.</summary>
    Terminate = 15,

    /// <summary>SIGCONT: goes on.</summary>
    Continue = 18,

    /// <summary>SIGSTOP: stands still and does not know it.</summary>
    Stop = 19,
}

/// <summary>Sends signals.</summary>
public static partial class ProcessSignals
{
    /// <summary>Sends a signal; nothing happens when the process has ended.</summary>
    public static void Send(this Process process, ProcessSignal signal)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (!process.HasExited)
        {
            _ = SendSignal(process.Id, (int)signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
