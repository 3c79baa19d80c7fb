using CellVitCluster.Api.Submission;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Runs;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.ClusterTests.Api;

/// <summary>Knows one model, the one of <see cref="Hosting.LatticeAnalyzer"/>.</summary>
internal sealed class TestTemplates : IRunTemplates
{
    public RunTemplate Compose(RunTemplateRequest request)
    {
        if (request.Model is not (null or "lattice"))
        {
            throw new ModelException(ErrorCode.ModelMissing, $"Cannot find model '{request.Model}'.", "There is one model.", "Name lattice.");
        }

        RunSpecification run = Specimens.Specification();
        return new RunTemplate
        {
            OutputDirectory = request.OutputDirectory,
            Compatibility = 0,
            RegionPath = request.RegionPath,
            ModelDigest = run.ModelDigest,
            ModelCard = run.ModelCard,
            TokenWidth = run.TokenWidth,
            Precision = "fp32",
            TaxonomyName = run.TaxonomyName,
            Classes = run.Classes,
            Fresh = request.Fresh,
        };
    }
}
