using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Slides;
using CellVitCluster.Slides.Opening;
using CellVitCluster.Slides.Regions;
using CellVitCluster.Slides.Surveying;

namespace CellVitCluster.Cluster.Workers;

/// <summary>The first piece of work of a run: open the slide, calibrate it, find tissue, plan the tiles. Runs off the actor, one at a time.</summary>
public sealed class SurveyStage : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Surveys a slide; blocks a pool thread while it reads.</summary>
    /// <exception cref="Domain.Errors.CellVitException">The slide cannot be analyzed.</exception>
    public async Task<SurveyCompleted> SurveyAsync(RunSpecification specification, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(specification);
        await _one.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Survey(specification), cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private static SurveyCompleted Survey(RunSpecification specification)
    {
        RegionOfInterest? region = specification.RegionPath is null ? null : RegionFile.Read(specification.RegionPath);
        using ISlide slide = SlideOpener.Open(specification.Source);
        SlideSurvey survey = SlideSurveyor.Survey(slide, specification.Mode, region);
        return new SurveyCompleted(specification.RunId, SlideMessage.From(survey), PlanMessage.From(survey.Plan));
    }
}
