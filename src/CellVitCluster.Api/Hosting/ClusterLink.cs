using Akka.Actor;
using Akka.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Dispatch;
using CellVitCluster.Cluster.Operations;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Api.Hosting;

/// <summary>
/// Questions and commands to the singletons of the cluster. Whatever is asked may be asked again: a singleton that moves to another node
/// loses what it was about to answer, and every command it knows is idempotent. Thread-safe.
/// </summary>
/// <param name="registry">Proxies of the singletons.</param>
/// <param name="actors">When it has ended, nobody answers any more.</param>
/// <param name="options">Patience.</param>
/// <param name="time">Clock.</param>
internal sealed class ClusterLink(IActorRegistry registry, ActorSystem actors, ApiOptions options, TimeProvider time)
{
    private readonly IActorRef _coordinator = registry.Get<CoordinatorActor>();
    private readonly IActorRef _dispatcher = registry.Get<TileDispatcherActor>();
    private readonly IActorRef _operations = registry.Get<OperationsActor>();

    /// <summary>Asks the coordinator for something that changes nothing.</summary>
    /// <exception cref="CellVitException">Rejected, or no answer in time (<see cref="ErrorCode.ServiceUnavailable"/>).</exception>
    public Task<T> QueryCoordinatorAsync<T>(object query, CancellationToken cancellation) =>
        AskAsync<T>(_coordinator, "coordinator", query, options.QueryPatience, cancellation);

    /// <summary>Has the coordinator do something; returns when it is journaled.</summary>
    /// <exception cref="CellVitException">Rejected, or no answer in time (<see cref="ErrorCode.ServiceUnavailable"/>).</exception>
    public Task<T> CommandCoordinatorAsync<T>(object command, CancellationToken cancellation) =>
        AskAsync<T>(_coordinator, "coordinator", command, options.CommandPatience, cancellation);

    /// <summary>Asks the dispatcher.</summary>
    /// <exception cref="CellVitException">No answer in time (<see cref="ErrorCode.ServiceUnavailable"/>).</exception>
    public Task<T> QueryDispatcherAsync<T>(object query, CancellationToken cancellation) =>
        AskAsync<T>(_dispatcher, "dispatcher", query, options.QueryPatience, cancellation);

    /// <summary>Asks the operations actor.</summary>
    /// <exception cref="CellVitException">No answer in time (<see cref="ErrorCode.ServiceUnavailable"/>).</exception>
    public Task<T> QueryOperationsAsync<T>(object query, CancellationToken cancellation) =>
        AskAsync<T>(_operations, "operations actor", query, options.QueryPatience, cancellation);

    private async Task<T> AskAsync<T>(IActorRef actor, string name, object message, TimeSpan patience, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        using var settled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = new List<Task<object>>();
        try
        {
            while (true)
            {
                TimeSpan left = patience - time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || actors.WhenTerminated.IsCompleted)
                {
                    throw Unavailable(name, patience);
                }

                // Asked again, it may live on another node by now; but whoever is only slow answers the first question first.
                asked.Add(actor.Ask<object>(message, left, settled.Token));
                Task first = await Task.WhenAny([.. asked, actors.WhenTerminated, Task.Delay(left < options.AskTimeout ? left : options.AskTimeout, time, settled.Token)]);
                if (first is Task<object> { IsCompletedSuccessfully: true } answered)
                {
                    return Read<T>(name, message, await answered);
                }

                cancellation.ThrowIfCancellationRequested();
                asked.RemoveAll(question => question.IsCompleted);
            }
        }
        finally
        {
            await settled.CancelAsync();
        }
    }

    private static T Read<T>(string name, object message, object reply) => reply switch
    {
        T expected => expected,
        WorkRejected { Failure: var failure } => throw new CellVitException(new ErrorCode(failure.Code), failure.What, failure.Why, failure.Remedy),
        _ => throw new InvalidOperationException($"The {name} answered {message.GetType().Name} with {reply.GetType().Name}."),
    };

    private static CellVitException Unavailable(string name, TimeSpan patience) => new(
        ErrorCode.ServiceUnavailable,
        "The cluster does not answer.",
        FormattableString.Invariant($"Its {name} did not answer within {patience.TotalSeconds:0.#} s; it may be moving to another node, or waits for its database."),
        "Repeat the request, with the same Idempotency-Key if it has one; if this lasts, look at /api/cluster/members and the nodes' logs.");
}
