using Akka.Actor;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Cluster.Workers;

namespace CellVitCluster.ClusterTests.Hosting;

public sealed class WorkerDrainTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("drain", "akka.stdout-loglevel = OFF\nakka.loglevel = OFF");

    [Fact]
    public async Task Shutdown_waits_until_every_worker_says_that_it_is_done()
    {
        var asked = new TaskCompletionSource<TimeSpan>();
        var finished = new TaskCompletionSource();
        IActorRef quick = _system.ActorOf(Props.Create(() => new Worker(new TaskCompletionSource<TimeSpan>(), Task.CompletedTask)));
        IActorRef slow = _system.ActorOf(Props.Create(() => new Worker(asked, finished.Task)));
        WorkerDrain.Register(_system, [quick, slow], TimeSpan.FromSeconds(30));

        Task shutdown = CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance);

        (await asked.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(TimeSpan.FromSeconds(30));
        shutdown.IsCompleted.ShouldBeFalse();
        finished.SetResult();
        await shutdown.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Worker_that_does_not_answer_delays_the_shutdown_by_its_time_only()
    {
        IActorRef stuck = _system.ActorOf(Props.Create(() => new Worker(new TaskCompletionSource<TimeSpan>(), new TaskCompletionSource().Task)));
        WorkerDrain.Register(_system, [stuck], TimeSpan.FromMilliseconds(100));

        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Node_that_was_removed_does_not_wait_for_acknowledgements_that_cannot_come()
    {
        var asked = new TaskCompletionSource<TimeSpan>();
        IActorRef worker = _system.ActorOf(Props.Create(() => new Worker(asked, new TaskCompletionSource().Task)));
        WorkerDrain.Register(_system, [worker], TimeSpan.FromMinutes(10));

        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterDowningReason.Instance).WaitAsync(TimeSpan.FromSeconds(60));

        asked.Task.IsCompleted.ShouldBeFalse();
    }

    public void Dispose() => _system.Dispose();

    /// <summary>Answers when it is told to.</summary>
    private sealed class Worker : ReceiveActor
    {
        public Worker(TaskCompletionSource<TimeSpan> asked, Task finished) => Receive<DrainWorker>(command =>
        {
            asked.SetResult(command.Within);
            _ = finished.PipeTo(Sender, success: () => new WorkerDrained());
        });
    }
}
