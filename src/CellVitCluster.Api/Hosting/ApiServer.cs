using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Hosting;
using CellVitCluster.Api.Operations;
using CellVitCluster.Api.Paths;
using CellVitCluster.Api.Problems;
using CellVitCluster.Api.Submission;
using CellVitCluster.Api.Work;
using CellVitCluster.Domain.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CellVitCluster.Api.Hosting;

/// <summary>
/// The HTTP server of a node. A hosted service that is registered after the actor system: it begins to listen when the node is up, and on
/// shutdown answers what is under way before the node leaves the cluster. Holds no state of its own.
/// </summary>
/// <param name="options">Where to listen and what clients may name.</param>
/// <param name="services">Container with actor system, actor registry and <see cref="IRunTemplates"/>; asked when the server starts.</param>
public sealed class ApiServer(ApiOptions options, IServiceProvider services) : IHostedService, IAsyncDisposable
{
    private WebApplication? _application;

    /// <summary>Where it listens, for example <c>http://127.0.0.1:8437</c>; known when it has started.</summary>
    /// <exception cref="InvalidOperationException">It has not started.</exception>
    public Uri Address => new(_application?.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
        ?? throw new InvalidOperationException("The HTTP server has not started."));

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _application = Build();
        try
        {
            await _application.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new ConfigurationException(
                FormattableString.Invariant($"The HTTP server cannot listen on {options.Host}:{options.Port}."),
                $"The system reports: {exception.Message.TrimEnd('.')}.",
                "Stop what uses the port, or choose another one with --http-port.");
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _application?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;

    private WebApplication Build()
    {
        var actors = services.GetRequiredService<ActorSystem>();
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen).UseShutdownTimeout(options.DrainTime);
        builder.Services
            .AddRoutingCore()
            .AddSingleton(services.GetRequiredService<ILoggerFactory>())
            .AddSingleton(options)
            .AddSingleton(time)
            .AddSingleton(actors)
            .AddSingleton(services.GetRequiredService<IRunTemplates>())
            .AddSingleton(new ClusterLink(services.GetRequiredService<IActorRegistry>(), actors, options, time))
            .AddSingleton(new PathConfinement(options))
            .AddSingleton<BatchIntake>()
            .AddSingleton<BatchDelivery>();
        WebApplication application = builder.Build();
        application.UseMiddleware<ProblemMiddleware>();
        application.UseMiddleware<SameOriginMiddleware>();
        application.UseRouting();
        application.MapHealth();
        application.MapCluster();
        application.MapBatches();
        application.MapRuns();
        return application;
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        if (string.Equals(options.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            kestrel.ListenLocalhost(options.Port);
        }
        else if (IPAddress.TryParse(options.Host, out IPAddress? address))
        {
            kestrel.Listen(address, options.Port);
        }
        else
        {
            throw new ConfigurationException(
                $"The HTTP server cannot listen on '{options.Host}'.", "It is no IP address.", "Name an address of this machine with --http-host, for example 127.0.0.1 or 0.0.0.0.");
        }
    }
}
