using Microsoft.Extensions.Hosting;

namespace CellVitCluster.Cli.Roles;

/// <summary>
/// Lifetime of a host inside a command: signals come to the command, which cancels what it does. The default lifetime would listen for
/// them, too, and could end the process while the command line still handles the same signal.
/// </summary>
internal sealed class CommandLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
